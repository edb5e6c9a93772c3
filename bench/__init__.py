"""The product under load, each figure beside a floor: the same rows read bare in the same run."""
