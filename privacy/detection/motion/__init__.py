"""Movement of the camera and shot boundaries."""
