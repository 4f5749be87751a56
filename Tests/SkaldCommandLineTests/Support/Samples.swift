import Kernel

/// An aggregate type as a binary would compile it in.
enum Samples {
    static let account = AggregateHandler(
        type: "account", commandNames: ["open", "deposit"], schema: 1, snapshotInterval: 100, initial: 0,
        decide: { _, _ in .unknownCommand }, evolve: { _, _ in }, encode: { _ in [:] }, decode: { _ in 0 },
        fields: { name in
            switch name {
            case "open": [CommandField(name: "owner", kind: .string, isRequired: true)]
            case "deposit": [CommandField(name: "amount", kind: .integer, isRequired: true)]
            default: nil
            }
        })
}
