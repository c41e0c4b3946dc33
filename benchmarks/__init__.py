"""How long things take, as ratios that hold on any machine."""
