import Kernel

/// Why a command line did not do what was asked: one line what happened, one line what to do next.
struct Failure: Error {
    var status: ProcessStatus
    /// For machines: a code of the protocol, or one of ours (`usage`, `unreachable`, `io`, `not_confirmed`).
    var code: String
    var what: String
    var next: String?
    /// Further lines between the two: problems, a diff.
    var details: [String] = []
    /// What `--json` prints as `error`; nil for code and message alone.
    var body: JSON?

    init(_ status: ProcessStatus, code: String, _ what: String, next: String? = nil, details: [String] = [], body: JSON? = nil) {
        self.status = status
        self.code = code
        self.what = what
        self.next = next
        self.details = details
        self.body = body
    }

    static func usage(_ what: String, next: String? = nil) -> Failure { Failure(.usage, code: "usage", what, next: next) }
    static func io(_ what: String, next: String? = nil) -> Failure { Failure(.io, code: "io", what, next: next) }

    /// The document `--json` prints: `{"error": {"code", "message", …}}`.
    var document: JSON {
        var error = JSONObject(uniqueKeysWithValues: [("code", .string(code))])
        for member in body?.objectValue?.members ?? [] where member.key != "code" { error.append(member.key, member.value) }
        if error["message"] == nil { error.append("message", .string(what)) }
        return ["error": .object(error)]
    }
}
