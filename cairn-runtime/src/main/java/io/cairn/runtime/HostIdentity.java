// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.state.GroupSecrets;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.model.HostSettings;
import io.cairn.runtime.security.Contact;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Identities;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.accounts.StoredSecrets;
import io.cairn.runtime.security.identity.AuthenticationByService;
import io.cairn.runtime.security.identity.CertificateUsers;
import io.cairn.runtime.security.identity.HeaderAuthenticator;
import io.cairn.runtime.security.identity.HostAuthorization;
import io.cairn.runtime.security.identity.IssuedProofs;
import io.cairn.runtime.security.identity.keys.ApiKeyService;
import io.cairn.runtime.security.identity.keys.ApiKeyService.ApiKeyState;
import io.cairn.runtime.security.identity.keys.ApiKeys;
import io.cairn.runtime.security.identity.login.Accounts;
import io.cairn.runtime.security.identity.login.BasicAuthenticationService;
import io.cairn.runtime.security.identity.login.JwksService;
import io.cairn.runtime.security.identity.login.Sessions;
import io.cairn.runtime.security.identity.login.SigningKeysService;
import io.cairn.runtime.security.identity.oidc.OutsideIssuer;
import io.cairn.runtime.security.identity.password.LoginThrottle;
import io.cairn.runtime.security.identity.password.Passwords;
import io.cairn.runtime.security.identity.revocation.DocumentView;
import io.cairn.runtime.security.identity.revocation.RevocationService;
import io.cairn.runtime.security.identity.revocation.Revocations;
import io.cairn.runtime.security.identity.token.SigningKeys;
import io.cairn.runtime.security.identity.token.Tokens;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.SecurityArguments;
import io.cairn.service.security.SessionArguments;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is, on this host: the keys of its group, sessions, API keys, what was taken back,
 * and the services about them. Thread-safe.
 */
final class HostIdentity {

  private final ServiceHost host;
  private final SessionArguments sessions;
  private final Duration longest;
  private final HostClock clock;
  private final boolean secure;
  private final Revocations revocations = new Revocations();
  private final StoredSecrets secrets;
  private final ApiKeys keys;
  private final IssuedProofs issued;
  private final LoginThrottle throttle;
  private final SigningKeys signing;
  private final Tokens tokens;
  private final @Nullable OutsideIssuer outside;
  private final CertificateUsers certificates;

  HostIdentity(
      ServiceHost host,
      HostSettings settings,
      HostThreads threads,
      NodeGroups groups,
      StoredSecrets secrets) {
    this.host = host;
    this.secrets = secrets;
    this.keys = new ApiKeys(secrets::keptHash, this::noteUse);
    this.issued = new IssuedProofs(revocations, keys);
    this.clock = threads.clock();
    this.secure = settings.securePort() >= 0;
    this.sessions = settings.security().sessions;
    sessions.check();
    this.longest = duration(sessions.sessionLimitMicros);
    this.throttle = new LoginThrottle(limits(sessions), threads.machine().nanoTime());
    this.signing =
        new SigningKeys(
            new GroupKeeper(groups),
            new SigningKeys.Times(duration(sessions.signingKeyRotationMicros), longest),
            clock.wallMicros());
    this.tokens = new Tokens(signing, clock.wallMicros());
    SecurityArguments security = settings.security();
    this.outside =
        security.oidcIssuer == null
            ? null
            : new OutsideIssuer(issuer(security), clock.wallMicros());
    this.certificates = CertificateUsers.valueOf(security.clientCertificateUsers);
  }

  private static Duration duration(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }

  private static LoginThrottle.Limits limits(SessionArguments sessions) {
    return new LoginThrottle.Limits(
        sessions.loginFailures,
        sessions.loginFailuresOfAddress,
        sessions.loginFailuresOfUser,
        duration(sessions.loginWaitMicros),
        duration(sessions.loginWaitOfAddressMicros),
        duration(sessions.loginFailuresKeptMicros));
  }

  private static OutsideIssuer.Settings issuer(SecurityArguments security) {
    return new OutsideIssuer.Settings(
        String.valueOf(security.oidcIssuer),
        String.valueOf(security.oidcAudience),
        URI.create(String.valueOf(security.oidcKeysUri)),
        security.oidcUserClaim,
        security.oidcGroupsClaim);
  }

  /** Keeps the keys where only members of the default group know them. */
  private record GroupKeeper(NodeGroups groups) implements SigningKeys.Keeper {

    private static final String NAME = "signing-keys";

    @Override
    public @Nullable String kept() {
      NodeGroup group = groups.find(NodeGroups.DEFAULT);
      return group == null ? null : group.secrets().get(NAME);
    }

    @Override
    public CompletableFuture<@Nullable String> change(UnaryOperator<@Nullable String> change) {
      NodeGroup group = groups.find(NodeGroups.DEFAULT);
      return group == null
          ? CompletableFuture.failedFuture(
              new IllegalStateException("this node is in no group yet"))
          : group
              .changeSecrets(present -> changed(present, change))
              .thenApply(secrets -> secrets.get(NAME));
    }

    private static GroupSecrets changed(
        GroupSecrets present, UnaryOperator<@Nullable String> change) {
      return present.with(NAME, change.apply(present.get(NAME)));
    }
  }

  /** The documents that this follows. */
  List<DocumentView> views() {
    return List.of(revocations, keys);
  }

  /** What has come of logins. */
  LoginThrottle.Logins logins() {
    return throttle.logins();
  }

  /** Whether what proved a subject was taken back. */
  boolean isRevoked(Subject subject) {
    return issued.isRevoked(subject);
  }

  /** Finds out who has sent a request. */
  HeaderAuthenticator authenticator(Identities identities) {
    return new HeaderAuthenticator(
        new HeaderAuthenticator.Believed(tokens, outside, certificates),
        issued,
        identities,
        clock.wallMicros());
  }

  /** What services and applications ask. */
  HostAuthorization authorization(Guard guard, HeaderAuthenticator headers) {
    return new HostAuthorization(
        guard,
        headers,
        new HostAuthorization.Issuing(
            tokens, revocations::generation, duration(sessions.sessionTimeMicros), secure),
        clock.wallMicros());
  }

  /** Starts the authentication service of the application, if it has one, and has it be asked. */
  void startOwn(
      HeaderAuthenticator headers, Identities identities, HostAuthorization authorization) {
    StatelessService own = host.authenticationService();
    if (own == null) {
      return;
    }
    if (!own.hasOption(ServiceOption.CORE)) {
      own.toggleOption(ServiceOption.CORE, true); // it goes with the host only
    }
    host.startAndAwait(own, UriUtils.linkOf(own));
    authorization.consult(
        new AuthenticationByService(
            host,
            own,
            new AuthenticationByService.Known(headers, issued, identities),
            clock.wallMicros(),
            clock.nanoTime()));
  }

  /**
   * Starts the services. Returns when they answer.
   *
   * @param headers looks at tokens that requests are about
   * @param contact nobody logs in while this node may lack what its group has
   * @param refusal why who sends an operation may not change what is at a link; null if it may
   */
  void start(
      Accounts accounts,
      Passwords passwords,
      HeaderAuthenticator headers,
      Contact contact,
      BiFunction<Operation, String, @Nullable RuntimeException> refusal) {
    host.startAndAwait(
        RevocationService.createFactory(longest, clock.wallMicros()),
        RevocationService.FACTORY_LINK);
    host.startAndAwait(
        ApiKeyService.createFactory(
            new ApiKeyService.Issuing(
                revocations::generation,
                secrets::keepHash,
                sessions.apiKeyLimitMicros,
                clock.wallMicros(),
                refusal)),
        ApiKeyService.FACTORY_LINK);
    host.startAndAwait(
        new BasicAuthenticationService(
            new Sessions(accounts, passwords, throttle, tokens, headers, revocations, contact),
            new BasicAuthenticationService.Settings(
                duration(sessions.sessionTimeMicros), longest, secure)),
        BasicAuthenticationService.SELF_LINK);
    host.startAndAwait(new JwksService(signing), JwksService.SELF_LINK);
    host.startAndAwait(new SigningKeysService(signing), SigningKeysService.SELF_LINK);
  }

  /** Does what is due. */
  void sweep() {
    signing.look();
    if (outside != null) {
      outside.look();
    }
  }

  void close() {
    if (outside != null) {
      outside.close();
    }
  }

  private void noteUse(String link, long micros) {
    ApiKeyState use = new ApiKeyState();
    use.lastUsedTimeMicros = micros;
    // Whether this is stored is of little interest: the next use is noted again.
    host.sendRequest(
        Operation.createPatch(host, link)
            .setReferer(host.getUri())
            .setBody(use)
            .setAuthorizationContext(
                AuthorizationContext.ofSubject(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER))
            .setCompletion((done, failure) -> {}));
  }
}
