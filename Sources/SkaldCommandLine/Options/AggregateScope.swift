import ArgumentParser
import Kernel

/// `TYPE` or `TYPE/KEY` as an argument: whose events to read.
struct AggregateScope: ExpressibleByArgument {
    let type: String
    let key: String?

    init?(argument: String) {
        if let address = AggregateAddress(argument: argument) {
            (type, key) = (address.type, address.key)
        } else {
            guard AggregateAddress.isType(argument) else { return nil }
            (type, key) = (argument, nil)
        }
    }
}
