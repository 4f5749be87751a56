/// What things in memory weigh, in bytes: measured, because nothing can look into a state. See "Memory" in docs/operations.md.
enum Weight {
    /// An aggregate without its state: the object, its key and its place in the table.
    static let aggregate = 384
    /// A saga without its steps and what its events brought.
    static let saga = 768
    /// An aggregate of workers without its states.
    static let remoteAggregate = 384
    /// A byte of a state's JSON, in the types of Swift that handlers hold it in.
    static let stateByte = 4
    /// Bytes of events after which even a small state is weighed.
    static let unweighed = 1_024
    /// A byte of what sagas hold as a tree of JSON.
    static let jsonByte = 6
}
