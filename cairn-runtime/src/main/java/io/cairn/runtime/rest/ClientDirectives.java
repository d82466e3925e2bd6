// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.service.Operation;
import java.util.Set;

/** The pragmas of clients. */
final class ClientDirectives {

  /** Directives that mean something only between the parts of a host; see docs/security.md. */
  private static final Set<String> INTERNAL =
      Set.of(
          Operation.PRAGMA_DIRECTIVE_CREATED,
          Operation.PRAGMA_DIRECTIVE_FORWARDED,
          Operation.PRAGMA_DIRECTIVE_REPLICATED,
          Operation.PRAGMA_DIRECTIVE_SYNCH_OWNER,
          Operation.PRAGMA_DIRECTIVE_SYNCH_PEER,
          Operation.PRAGMA_DIRECTIVE_SYNCH_ALL_VERSIONS,
          Operation.PRAGMA_DIRECTIVE_SYNCH_HISTORICAL_VERSIONS,
          Operation.PRAGMA_DIRECTIVE_SYNCH_VERSION,
          Operation.PRAGMA_DIRECTIVE_VERSION_CHECK,
          Operation.PRAGMA_DIRECTIVE_INDEX_CHECK,
          Operation.PRAGMA_DIRECTIVE_CLEAR_AUTH_CACHE,
          Operation.PRAGMA_DIRECTIVE_POST_TO_PUT,
          Operation.PRAGMA_DIRECTIVE_FROM_MIGRATION_TASK,
          Operation.PRAGMA_DIRECTIVE_REWRITE,
          Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED);

  private ClientDirectives() {}

  /** Takes over what a client may say; the runtime's own directives mean nothing from outside. */
  static void add(Operation op, String value) {
    for (String directive : value.split("[;,]", -1)) {
      String trimmed = directive.trim();
      if (!trimmed.isEmpty() && !INTERNAL.contains(trimmed)) {
        op.addPragmaDirective(trimmed);
      }
    }
  }
}
