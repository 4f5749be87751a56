import Kernel
import Wire

/// One line of the worker's ledger: an operation that took place.
struct CallEffect: Equatable {
    let step: String
    let direction: TaskDirection
    let operation: String
    let action: String
    let input: JSON
    let result: JSON

    var text: String { "\(action) \(operation) \(input.text)" }
}
