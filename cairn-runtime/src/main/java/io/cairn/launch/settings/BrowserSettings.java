// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.obeyed;

import io.cairn.runtime.rest.CorsRules;
import io.cairn.service.security.BrowserArguments;
import java.util.List;
import java.util.function.UnaryOperator;

/** The settings that say what pages of other sites may do in a browser. */
final class BrowserSettings {

  private BrowserSettings() {}

  static List<Setting> settings() {
    BrowserArguments usual = new BrowserArguments();
    return List.of(
        obeyed(
            "corsOrigins",
            "ORIGIN,ORIGIN...",
            null,
            "sites whose pages may send requests and read the answers, like https://a.example:8443",
            (draft, text) ->
                draft.host.security.browsers.corsOrigins = each(text, CorsRules::origin)),
        obeyed(
            "corsMethods",
            "METHOD,METHOD...",
            String.join(",", usual.corsMethods),
            "the methods that they may use",
            (draft, text) ->
                draft.host.security.browsers.corsMethods = each(text, CorsRules::method)),
        obeyed(
            "corsHeaders",
            "NAME,NAME...",
            null,
            "the header fields that they may send; those that hosts know if not given",
            (draft, text) ->
                draft.host.security.browsers.corsHeaders = each(text, CorsRules::headerName)),
        obeyed(
            "corsCredentials",
            "BOOL",
            "false",
            "whether the cookie of a session counts when they send it",
            (draft, text) -> draft.host.security.browsers.corsCredentials = Values.bool(text)),
        obeyed(
            "strictTransportSecurity",
            "TIME",
            "0",
            "for how long browsers are told to use nothing but HTTPS here; 0 does not tell them",
            (draft, text) ->
                draft.host.security.browsers.strictTransportSecurityMicros = Values.micros(text)));
  }

  private static String[] each(String text, UnaryOperator<String> form) {
    return Values.list(text).stream().map(form).toArray(String[]::new);
  }
}
