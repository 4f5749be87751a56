import EventLogLMDB

extension Failure {
    /// Why a store was not read, copied or restored; the store says itself what to do next.
    init(_ failure: StoreFailure, tool: String) {
        let text = Plain.text(failure.description)
        switch failure {
        case .inUse: self.init(.io, code: "in_use", text)
        case .refused: self.init(.configuration, code: "refused", text)
        case .corrupt: self.init(.io, code: "corrupt", text, next: StoreChild.advice(tool))
        case .system: self.init(.io, code: "io", text)
        }
    }
}
