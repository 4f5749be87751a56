/// The definition format of this version as JSON Schema draft-07, so that editors complete and check it.
///
/// Published as `docs/saga.schema.json`, which a test holds equal to this. It says what a shape can say; the rest is for
/// `def check`.
enum DefinitionSchema {
    static let text = #"""
        {
          "$schema": "http://json-schema.org/draft-07/schema#",
          "title": "A saga definition of Skald",
          "type": "object",
          "required": ["saga", "version", "steps"],
          "additionalProperties": false,
          "properties": {
            "saga": { "type": "string", "pattern": "^[a-z][a-z0-9-]{0,62}$", "description": "The name." },
            "version": {
              "type": "integer", "minimum": 1,
              "description": "A registered version never changes; raise it with every change."
            },
            "description": { "type": "string" },
            "key": { "type": "string", "description": "Business key: one saga per key. Reads input only: ${ input.trip }" },
            "deadline": {
              "$ref": "#/definitions/duration",
              "description": "From the start up to and including the pivot; passed, it rolls back."
            },
            "attention": {
              "$ref": "#/definitions/duration",
              "description": "After this long in one step the saga is listed as overdue (1h)."
            },
            "input": { "$ref": "#/definitions/schema", "description": "What the input of a start must be." },
            "defaults": {
              "type": "object",
              "description": "For every step that does not say.",
              "additionalProperties": false,
              "properties": {
                "timeout": { "$ref": "#/definitions/duration" },
                "retry": { "$ref": "#/definitions/retry" },
                "undo_retry": { "$ref": "#/definitions/retry" }
              }
            },
            "steps": {
              "type": "object",
              "description": "The steps by name. Their order means nothing: see `needs`.",
              "minProperties": 1,
              "maxProperties": 1000,
              "propertyNames": { "pattern": "^[a-z][a-z0-9_]{0,62}$" },
              "additionalProperties": { "$ref": "#/definitions/step" }
            },
            "output": { "description": "Evaluated when the saga completes." }
          },
          "definitions": {
            "duration": {
              "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$", "examples": ["250ms", "30s", "5m", "2h", "7d"]
            },
            "command": {
              "type": "string",
              "pattern": "^[a-z][a-z0-9_.-]{0,62}\\.[a-z][a-z0-9_.-]{0,62}$",
              "description": "<aggregate type>.<command>, as in hotel.reserve"
            },
            "codes": { "type": "array", "minItems": 1, "items": { "type": "string" } },
            "retry": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "attempts": {
                  "description": "How many in all, the first one counted.",
                  "oneOf": [{ "type": "integer", "minimum": 1, "maximum": 1000000 }, { "const": "forever" }]
                },
                "first": { "$ref": "#/definitions/duration", "description": "The wait before the second attempt (500ms)." },
                "factor": {
                  "type": "number", "minimum": 1, "maximum": 100,
                  "description": "How much longer each later wait is (2)."
                },
                "cap": { "$ref": "#/definitions/duration", "description": "The longest wait (1m)." },
                "jitter": { "enum": ["full", "none"] },
                "for": {
                  "$ref": "#/definitions/duration",
                  "description": "Total time after which no further attempt starts."
                },
                "only": { "$ref": "#/definitions/codes", "description": "Definite answers that are retried: only these." },
                "except": {
                  "$ref": "#/definitions/codes",
                  "description": "Definite answers that are retried: all but these."
                }
              },
              "not": { "required": ["only", "except"] }
            },
            "step": {
              "type": "object",
              "additionalProperties": false,
              "oneOf": [{ "required": ["command", "key"] }, { "required": ["sleep"] }],
              "properties": {
                "needs": {
                  "type": "array",
                  "items": { "type": "string" },
                  "uniqueItems": true,
                  "description": "Steps that must be finished first; without it the step starts at once."
                },
                "if": { "type": ["string", "boolean"], "description": "One expression; false skips the step." },
                "command": { "$ref": "#/definitions/command" },
                "sleep": { "$ref": "#/definitions/duration" },
                "key": { "type": ["string", "integer", "number", "boolean"], "description": "Which aggregate." },
                "with": { "description": "The command's body." },
                "expect": {
                  "type": ["integer", "string"],
                  "description": "Expected version; from then on the saga tracks the aggregate."
                },
                "undo": {
                  "description": "How the step is reversed.",
                  "oneOf": [{ "const": "none" }, { "$ref": "#/definitions/undo" }]
                },
                "because": {
                  "type": "string", "minLength": 1,
                  "description": "With `undo: none`: why nothing has to be reversed."
                },
                "pivot": { "type": "boolean", "description": "The point of no return: nothing behind it is undone." },
                "optional": { "type": "boolean", "description": "Its failure is recorded and the saga goes on." },
                "retry": { "$ref": "#/definitions/retry" },
                "timeout": { "$ref": "#/definitions/duration", "description": "For one attempt." }
              },
              "dependencies": { "because": { "properties": { "undo": { "const": "none" } }, "required": ["undo"] } }
            },
            "undo": {
              "type": "object",
              "required": ["command"],
              "additionalProperties": false,
              "properties": {
                "command": { "$ref": "#/definitions/command" },
                "key": {
                  "type": ["string", "integer", "number", "boolean"],
                  "description": "The step's own key by default."
                },
                "with": { "description": "The command's body; {input, result} of the step by default." },
                "retry": { "$ref": "#/definitions/retry" },
                "timeout": { "$ref": "#/definitions/duration" }
              }
            },
            "schema": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "type": { "type": ["string", "array"] },
                "required": { "type": "array", "items": { "type": "string" } },
                "properties": { "type": "object", "additionalProperties": { "$ref": "#/definitions/schema" } },
                "additionalProperties": { "oneOf": [{ "type": "boolean" }, { "$ref": "#/definitions/schema" }] },
                "items": { "$ref": "#/definitions/schema" },
                "enum": { "type": "array", "minItems": 1 },
                "const": {},
                "minimum": { "type": "number" },
                "maximum": { "type": "number" },
                "exclusiveMinimum": { "type": "number" },
                "exclusiveMaximum": { "type": "number" },
                "minLength": { "type": "integer", "minimum": 0 },
                "maxLength": { "type": "integer", "minimum": 0 },
                "pattern": { "type": "string" },
                "minItems": { "type": "integer", "minimum": 0 },
                "maxItems": { "type": "integer", "minimum": 0 },
                "default": {},
                "description": { "type": "string" }
              }
            }
          }
        }
        """#
}
