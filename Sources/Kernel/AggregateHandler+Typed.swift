extension AggregateHandler {
    /// Erases a typed aggregate. A type whose names are not well formed is a programming error.
    // Inlinable, as is what it calls: compiled where the aggregate is known, its types need no look-up at run time.
    @inlinable
    public convenience init<A: Aggregate>(_ aggregate: A.Type) { self.init(TypedHandler<A>(MessageCoding(), MessageCoding())) }

    /// The same for one whose messages spell their coding out.
    @inlinable
    public convenience init<A: Aggregate>(_ aggregate: A.Type) where A.Command: MessageCodable, A.Event: MessageCodable {
        self.init(TypedHandler<A>(MessageCoding(), MessageCoding()))
    }

    @inlinable
    convenience init<A>(_ handler: TypedHandler<A>) {
        TypedHandler<A>.check()
        self.init(
            type: A.type, commandNames: A.commandNames, schema: A.schema, snapshotInterval: A.snapshotInterval,
            initial: A.initial,
            decide: { call, state in handler.decide(call, TypedHandler<A>.typed(state)) },
            evolve: { state, event in
                try TypedHandler<A>.change(&state) { typed in try handler.evolve(&typed, event) }
            },
            encode: { state in try JSONValueEncoder().encode(TypedHandler<A>.typed(state)) },
            decode: { json in try JSONValueDecoder().decode(A.State.self, from: json) },
            fields: { command in FieldProbe.fields(of: A.Command.self, name: command) })
    }
}
