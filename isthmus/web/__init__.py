"""The pages: thin views over commands and queries. A page holds no rule of the business."""
