import ArgumentParser

/// Which store, for every command that works on one.
struct StoreOptionGroup: ParsableArguments {
    @Option(help: ArgumentHelp("The store's directory.", valueName: "dir"), completion: .directory)
    var data: String

    /// Set by the parent for its child; see `StoreChild`.
    @Flag(name: .customLong("in-this-process"), help: .hidden)
    var inThisProcess = false
}
