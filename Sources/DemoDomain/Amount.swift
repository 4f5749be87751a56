import Kernel

/// Amounts of the demo domain are integers from 1.
func checkAmount(_ amount: Int64, _ name: String = "amount") throws(Refusal) {
    guard amount >= 1 else { throw Refusal("invalid_amount", "'\(name)' must be at least 1, not \(amount)") }
}
