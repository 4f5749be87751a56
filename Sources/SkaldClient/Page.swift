public import Kernel

/// One page of a list.
public struct Page: Sendable, Equatable {
    public let items: [JSON]
    /// Where the next page begins; nil at the end.
    public let next: JSON?

    public init(items: [JSON], next: JSON?) {
        self.items = items
        self.next = next
    }

    static func decode(_ member: String) -> @Sendable (JSON) throws(SkaldError) -> Page {
        { (answer) throws(SkaldError) in
            guard let items = answer[member]?.arrayValue else { throw .malformedReply("the answer lacks '\(member)'") }
            return Page(items: items, next: answer["next"].flatMap { $0.isNull ? .none : .some($0) })
        }
    }
}
