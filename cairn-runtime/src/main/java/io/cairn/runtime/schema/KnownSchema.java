// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.schema;

import io.cairn.document.schema.DocumentSchema;
import java.util.List;

/**
 * A schema that a factory had on this node.
 *
 * @param schema the form of its documents
 * @param sinceMicros when it started with it first, in microseconds since 1970
 * @param changes what differed from the schema before, a sentence each
 */
public record KnownSchema(DocumentSchema schema, long sinceMicros, List<String> changes) {}
