// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.obeyed;

import io.cairn.runtime.security.identity.CertificateUsers;
import io.cairn.service.security.SecurityArguments;
import io.cairn.service.state.RequestRateInfo;
import java.util.List;

/** The settings that say who may use a host. */
final class SecuritySettings {

  private SecuritySettings() {}

  static List<Setting> settings() {
    return List.of(
        obeyed(
            "secure",
            "BOOL",
            "false",
            "authorization on, one administrator, nothing that lets others in (docs/security.md)",
            (draft, text) -> draft.secure = Values.bool(text)),
        obeyed(
            "isAuthorizationEnabled",
            "BOOL",
            "false",
            "clients have to say who they are, and may do what roles allow (docs/security.md)",
            (draft, text) -> draft.host.security.isAuthorizationEnabled = Values.bool(text)),
        obeyed(
            "insecureClients",
            "BOOL",
            "false",
            "let clients of other machines do everything without saying who they are",
            (draft, text) -> draft.host.security.insecureClients = Values.bool(text)),
        obeyed(
            "requestsPerSecond",
            "NUMBER",
            "0",
            "how many requests of each user the host does in a second; 0 for no limit",
            (draft, text) -> draft.host.security.requestsPerSecond = rate(text)),
        obeyed(
            "requestRateOption",
            "fail|pause_processing",
            "fail",
            "what becomes of requests beyond that: they are refused, or wait",
            (draft, text) ->
                draft.host.security.requestRateOption =
                    Values.choice(RequestRateInfo.Option.class, text).name()),
        obeyed(
            "maxRequestsInProgress",
            "COUNT",
            "0",
            "requests at a time beyond which users and tenants have their shares; 0 for no bound",
            (draft, text) ->
                draft.host.security.maxRequestsInProgress = Values.count(text, 0, 1_000_000)),
        obeyed(
            "adminUser",
            "EMAIL",
            SecurityArguments.USUAL_ADMINISTRATOR,
            "the first administrator",
            (draft, text) -> draft.host.security.adminUser = email(text)),
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
            (draft, text) -> draft.adminPasswordFile = Values.path(text)),
        obeyed(
            "cutOffTrust",
            "TIME",
            "5m",
            "how long a host that hears nothing of its group believes sessions, keys and roles",
            (draft, text) -> draft.host.security.cutOffTrustMicros = Values.positiveMicros(text)),
        obeyed(
            "oidcIssuer",
            "URI",
            null,
            "the OpenID Connect issuer whose tokens are believed, as their claim iss says",
            (draft, text) -> draft.host.security.oidcIssuer = text),
        obeyed(
            "oidcAudience",
            "TEXT",
            null,
            "what the claim aud of such tokens has",
            (draft, text) -> draft.host.security.oidcAudience = text),
        obeyed(
            "oidcKeysUri",
            "URI",
            null,
            "where the public keys of that issuer are",
            (draft, text) -> draft.host.security.oidcKeysUri = Values.uri(text)),
        obeyed(
            "oidcUserClaim",
            "NAME",
            "email",
            "the claim that names the user, which is the last part of the user's link",
            (draft, text) -> draft.host.security.oidcUserClaim = Values.name(text)),
        obeyed(
            "oidcGroupsClaim",
            "NAME",
            "groups",
            "the claim that names the user's groups in the same way",
            (draft, text) -> draft.host.security.oidcGroupsClaim = Values.name(text)),
        obeyed(
            "clientCertificateUsers",
            "none|email|name",
            "none",
            "what in a client's certificate names the user in the same way",
            (draft, text) ->
                draft.host.security.clientCertificateUsers =
                    Values.choice(CertificateUsers.class, text).name()));
  }

  private static double rate(String text) {
    double rate = Values.decimal(text);
    if (rate < 0 || rate > 1e9) {
      throw new IllegalArgumentException("must be a number from 0 to 1000000000");
    }
    return rate;
  }

  /** What is none would be found out when the administrator is to be made, again and again. */
  private static String email(String text) {
    if (!text.matches("[^@\\s/]+@[^@\\s/]+")) {
      throw new IllegalArgumentException("must be an e-mail address, such as admin@example.com");
    }
    return text;
  }
}
