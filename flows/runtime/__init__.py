"""What runs the steps: catalogue, dispatch, deployments, worker, reconciler."""
