import CYaml
import SagaModel

/// One thing the YAML reader saw, and where it begins.
struct YAMLEvent {
    enum Kind {
        case scalar(String, isPlain: Bool)
        case list
        case map
        /// The end of a list or a map.
        case end
        case alias
        case streamEnd
        /// The beginning or the end of a document.
        case other
    }

    let kind: Kind
    let line: Int
    let column: Int
    let isAnchored: Bool
    let isTagged: Bool
}

/// What stands in a YAML text, one event at a time, so that a hostile text is refused before anything is built of it.
///
/// A class, because libyaml's parser points into itself and must not move.
final class YAMLEvents {
    private let text: UnsafeMutableBufferPointer<UInt8>
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let source: SourceText

    init(_ text: String, _ source: SourceText) {
        let bytes = Array(text.utf8)
        self.text = .allocate(capacity: bytes.count)
        _ = self.text.initialize(fromContentsOf: bytes)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        self.source = source
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, self.text.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    func next() throws(Problem) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw YAMLFailure.problem(parser.pointee, text, source) }
        defer { yaml_event_delete(&event) }
        let (kind, anchor, tag) = YAMLEvents.parts(of: event)
        let mark = event.start_mark
        return YAMLEvent(
            kind: kind, line: Int(mark.line) + 1, column: Int(mark.column) + 1, isAnchored: anchor != nil, isTagged: tag != nil)
    }

    private typealias Name = UnsafeMutablePointer<yaml_char_t>

    private static func parts(of event: yaml_event_t) -> (YAMLEvent.Kind, anchor: Name?, tag: Name?) {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return (.scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), scalar.anchor, scalar.tag)
        case YAML_SEQUENCE_START_EVENT: return (.list, event.data.sequence_start.anchor, event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT: return (.map, event.data.mapping_start.anchor, event.data.mapping_start.tag)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return (.end, nil, nil)
        case YAML_ALIAS_EVENT: return (.alias, nil, nil)
        // After the end libyaml answers with no event.
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return (.streamEnd, nil, nil)
        default: return (.other, nil, nil)
        }
    }
}
