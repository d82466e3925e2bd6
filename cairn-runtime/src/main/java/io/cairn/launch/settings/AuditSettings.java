// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.obeyed;

import io.cairn.service.security.AuditArguments;
import java.util.List;

/** The settings of the audit. */
final class AuditSettings {

  private static final int LEAST_RECORDS = 1_000;
  private static final int MOST_RECORDS = 100_000_000;

  private AuditSettings() {}

  static List<Setting> settings() {
    return List.of(
        obeyed(
            "audit",
            "none|security|all",
            null,
            "what is noted of who did what; security where isAuthorizationEnabled, if not said",
            (draft, text) ->
                draft.host.security.audit.extent =
                    Values.choice(AuditArguments.Extent.class, text)),
        obeyed(
            "auditRetention",
            "TIME",
            "90d",
            "how long the group keeps that as documents",
            (draft, text) ->
                draft.host.security.audit.retentionMicros = Values.positiveMicros(text)),
        obeyed(
            "auditMaxRecords",
            "COUNT",
            "1000000",
            "how many of those documents it keeps; the oldest go first",
            (draft, text) ->
                draft.host.security.audit.maxRecords =
                    Values.count(text, LEAST_RECORDS, MOST_RECORDS)),
        obeyed(
            "auditFileSize",
            "BYTES",
            "100M",
            "how much the host's own files of it hold; the oldest go first",
            (draft, text) ->
                draft.host.security.audit.fileBytes =
                    Values.bytes(text, 1 << 20, Integer.MAX_VALUE)));
  }
}
