// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.obeyed;

import io.cairn.service.security.SecurityArguments;
import java.util.List;

/** The settings that say who may use a host. */
final class SecuritySettings {

  private SecuritySettings() {}

  static List<Setting> settings() {
    return List.of(
        obeyed(
            "insecureClients",
            "BOOL",
            "false",
            "let clients of other machines do everything without saying who they are",
            (draft, text) -> draft.host.security.insecureClients = Values.bool(text)),
        obeyed(
            "adminUser",
            "EMAIL",
            SecurityArguments.USUAL_ADMINISTRATOR,
            "the first administrator",
            (draft, text) -> draft.host.security.adminUser = text),
        obeyed(
            "adminPassword",
            "TEXT",
            null,
            "makes the first administrator; better in CAIRN_ADMIN_PASSWORD than in an argument",
            (draft, text) -> draft.host.security.adminPassword = text),
        obeyed(
            "adminPasswordFile",
            "FILE",
            null,
            "a file that holds it",
            (draft, text) -> draft.adminPasswordFile = Values.path(text)));
  }
}
