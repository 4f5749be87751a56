/// How one action becomes a request, and its response an answer.
public struct HTTPAction: Sendable {
    public let name: String
    let request: RequestTemplate
    let statuses: StatusRules
    let answer: AnswerTemplate
    /// When nothing was sent, or the service says so without a time.
    let retryAfter: Duration
}
