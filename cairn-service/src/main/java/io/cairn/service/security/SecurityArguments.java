// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who may use a host, and who is its first administrator. A part of its arguments. */
public final class SecurityArguments {

  /** The first administrator, if nobody says otherwise. */
  public static final String USUAL_ADMINISTRATOR = "admin@localhost";

  /** Whether clients have to say who they are, and may do what roles allow. */
  public boolean isAuthorizationEnabled;

  /** Whether clients of other machines may do everything without saying who they are. */
  public boolean insecureClients;

  /** What pages of other sites may do in a browser. */
  public BrowserArguments browsers = new BrowserArguments();

  /** How long sessions last, and how much guessing of passwords is borne. */
  public SessionArguments sessions = new SessionArguments();

  /** The e-mail address of the first administrator. */
  public String adminUser = USUAL_ADMINISTRATOR;

  /** What the first administrator is made with, if it is not there; never shown. */
  public @Nullable String adminPassword;

  /**
   * For how long a host that hears nothing of its group goes by what it knows of users, roles and
   * revocations, in microseconds. Then it believes nobody until it is back.
   */
  public long cutOffTrustMicros = TimeUnit.MINUTES.toMicros(5);

  /** What {@code iss} says in tokens of an outside issuer that are believed; none if absent. */
  public @Nullable String oidcIssuer;

  /** What {@code aud} has in them. */
  public @Nullable String oidcAudience;

  /** Where that issuer's public keys are. */
  public @Nullable String oidcKeysUri;

  /** The claim that names the user: the last part of the link of the user's document. */
  public String oidcUserClaim = "email";

  /** The claim that lists the last parts of the links of the user's groups. */
  public String oidcGroupsClaim = "groups";

  /** What in a client's certificate names the user in the same way: NONE, EMAIL or NAME. */
  public String clientCertificateUsers = "NONE";

  /** How many requests of each user the host does in a second; 0 for no limit. */
  public double requestsPerSecond;

  /** What becomes of those beyond it: FAIL or PAUSE_PROCESSING. */
  public String requestRateOption = "FAIL";

  /**
   * How many requests of clients the host does at a time before each user and tenant has no more
   * than its share; 0 for no bound.
   */
  public int maxRequestsInProgress;

  /** What is noted of who did what. */
  public AuditArguments audit = new AuditArguments();

  /** Returns the same settings, which whoever made these may not change any more. */
  public SecurityArguments copy() {
    SecurityArguments copy = new SecurityArguments();
    copy.audit = audit.copy();
    copy.isAuthorizationEnabled = isAuthorizationEnabled;
    copy.insecureClients = insecureClients;
    copy.browsers = browsers.copy();
    copy.sessions = sessions.copy();
    copy.adminUser = adminUser;
    copy.adminPassword = adminPassword;
    copy.cutOffTrustMicros = cutOffTrustMicros;
    copy.oidcIssuer = oidcIssuer;
    copy.oidcAudience = oidcAudience;
    copy.oidcKeysUri = oidcKeysUri;
    copy.oidcUserClaim = oidcUserClaim;
    copy.oidcGroupsClaim = oidcGroupsClaim;
    copy.clientCertificateUsers = clientCertificateUsers;
    copy.requestsPerSecond = requestsPerSecond;
    copy.requestRateOption = requestRateOption;
    copy.maxRequestsInProgress = maxRequestsInProgress;
    return copy;
  }
}
