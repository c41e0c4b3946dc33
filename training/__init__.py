"""How the shipped weights were fitted and how the extractor is evaluated; not needed to run breachwire."""
