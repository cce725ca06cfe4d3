"""What may be reviewed when, how an average is made, and the process of a review."""
