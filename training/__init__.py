"""How the shipped model was made and how the extractor is evaluated; not needed to run breachwire."""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # before anything here imports onnxruntime
