// The SagaModel module.
