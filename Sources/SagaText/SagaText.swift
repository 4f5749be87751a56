// The SagaText module.
