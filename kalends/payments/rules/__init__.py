"""Pure: the processes of payments and refunds, what a gateway's answer means, how a refund is spread."""
