"""Making a model: mixture, training, export."""
