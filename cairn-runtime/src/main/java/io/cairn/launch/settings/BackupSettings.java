// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.obeyed;

import java.util.List;

/** The settings of backups. */
final class BackupSettings {

  private static final int MOST_KEPT = 100_000;

  private BackupSettings() {}

  static List<Setting> settings() {
    return List.of(
        obeyed(
            "isAutoBackupEnabled",
            "BOOL",
            "false",
            "back the group up now and then",
            (draft, text) -> draft.host.isAutoBackupEnabled = Values.bool(text)),
        obeyed(
            "autoBackupDirectory",
            "DIR",
            null,
            "where automatic backups go; auto-backup in the host's directory if not said",
            (draft, text) -> draft.host.autoBackupDirectory = Values.path(text)),
        obeyed(
            "autoBackupInterval",
            "TIME",
            "1d",
            "after how long the next automatic backup is made",
            (draft, text) -> draft.host.backups.intervalMicros = Values.positiveMicros(text)),
        obeyed(
            "autoBackupKeep",
            "COUNT",
            "7",
            "how many of the last automatic backups are kept at least",
            (draft, text) -> draft.host.backups.keepLast = Values.count(text, 1, MOST_KEPT)),
        obeyed(
            "autoBackupKeepDays",
            "COUNT",
            "0",
            "automatic backups of the last so many days are kept, too",
            (draft, text) -> draft.host.backups.keepDays = Values.count(text, 0, MOST_KEPT)),
        obeyed(
            "autoBackupFullEvery",
            "COUNT",
            "7",
            "each so manyth automatic backup has all files, those between what is new",
            (draft, text) -> draft.host.backups.fullEvery = Values.count(text, 1, MOST_KEPT)),
        obeyed(
            "backupRate",
            "BYTES",
            "64M",
            "how much a backup copies, or a restoration reads, in a second at most",
            (draft, text) ->
                draft.host.backups.bytesPerSecond = Values.bytes(text, 1 << 16, Integer.MAX_VALUE)),
        obeyed(
            "remoteBackup",
            "BOOL",
            "false",
            "whether others than this machine may have the host back up and restore",
            (draft, text) -> draft.host.backups.remote = Values.bool(text)));
  }
}
