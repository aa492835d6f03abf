"""Work on foreign files in a child process: the job, the runner, limits, checkpoints, output that appears whole."""
