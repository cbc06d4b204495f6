"""The only place with worker threads: job, lane, runner."""
