import SagaModel

/// A definition that a start brings along, checked.
struct InlineDefinition {
    /// nil exactly when there are problems.
    let definition: Definition?
    /// As those of a registered one: they are kept with the saga.
    let types: [String]
    let problems: [Problem]
}
