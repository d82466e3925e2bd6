// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.document.DocumentJson;
import io.cairn.runtime.audit.AuditRecords;
import io.cairn.runtime.documents.CompanionStore;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.model.HostSettings;
import io.cairn.runtime.security.Authenticator;
import io.cairn.runtime.security.Authorizer;
import io.cairn.runtime.security.Contact;
import io.cairn.runtime.security.GroupContact;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Identities.User;
import io.cairn.runtime.security.RoleAuthorizer;
import io.cairn.runtime.security.Target;
import io.cairn.runtime.security.accounts.AccountView;
import io.cairn.runtime.security.accounts.AdministratorSetup;
import io.cairn.runtime.security.accounts.CanIService;
import io.cairn.runtime.security.accounts.StoredSecrets;
import io.cairn.runtime.security.accounts.StoredSecrets.Secret;
import io.cairn.runtime.security.identity.HeaderAuthenticator;
import io.cairn.runtime.security.identity.HostAuthorization;
import io.cairn.runtime.security.identity.keys.ApiKeyService.ApiKeyState;
import io.cairn.runtime.security.identity.login.Accounts;
import io.cairn.runtime.security.identity.password.LoginThrottle;
import io.cairn.runtime.security.identity.password.Passwords;
import io.cairn.runtime.stateful.CommitListener;
import io.cairn.service.FactoryService;
import io.cairn.service.Service;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.authorization.AuthCredentialsService;
import io.cairn.service.authorization.AuthCredentialsService.AuthCredentialsServiceState;
import io.cairn.service.authorization.GrantService;
import io.cairn.service.authorization.GuestUserService;
import io.cairn.service.authorization.ResourceGroupService;
import io.cairn.service.authorization.RoleService;
import io.cairn.service.authorization.SystemUserService;
import io.cairn.service.authorization.TenantService;
import io.cairn.service.authorization.UserGroupService;
import io.cairn.service.authorization.UserService;
import io.cairn.service.security.SecurityArguments;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The accounts of a host's group, and the services that they are documents of. Thread-safe. */
final class HostAccounts implements AuditRecords.Users {

  private final Passwords passwords = Passwords.forThisMachine();
  private final AccountView view;
  private final StoredSecrets secrets;
  private final Contact contact;
  private final HostIdentity identity;
  private final HeaderAuthenticator authenticator;
  private final Authorizer authorizer;
  private final HostThreads threads;
  private final DocumentDirectory documents;
  private final SecurityArguments settings;
  private final HostAuthorization authorization;
  private volatile @Nullable AdministratorSetup administrators;

  HostAccounts(
      ServiceHost host,
      HostSettings settings,
      HostCluster cluster,
      HostThreads threads,
      Guard guard) {
    this.threads = threads;
    this.settings = settings.security();
    this.contact =
        new GroupContact(
            () -> obstacle(cluster.groups().view(NodeGroups.DEFAULT)),
            threads.machine().nanoTime(),
            Duration.of(this.settings.cutOffTrustMicros, ChronoUnit.MICROS));
    this.documents = cluster.documents();
    HostClock clock = threads.clock();
    this.secrets =
        new StoredSecrets(
            new CompanionStore<>(
                Secret.class, Secret.KIND, cluster.node().nodeId(), clock, documents.forms()),
            () -> replicated(documents),
            passwords,
            threads.handlers());
    this.identity = new HostIdentity(host, settings, threads, cluster.groups(), secrets);
    this.view =
        new AccountView(
            new AccountView.Documents() {
              @Override
              public List<DocumentStore> stores() {
                return replicated(documents) instanceof PartitionedStorage here
                    ? here.stores()
                    : List.of();
              }

              @Override
              public @Nullable DocumentVersion living(String link) {
                return documents.living(link, clock.micros());
              }
            },
            threads.handlers(),
            identity::isRevoked,
            identity.views());
    this.authenticator = identity.authenticator(view);
    this.authorization = identity.authorization(guard, authenticator);
    this.authorizer = new RoleAuthorizer(view, threads.machine().wallMicros(), contact);
    cluster.changes().listenToLinks(view::touched);
  }

  /** What keeps this node from having all that its group has; null if nothing does. */
  private static @Nullable String obstacle(GroupView group) {
    return group.condition().current() ? null : group.reason();
  }

  private static DocumentStorage replicated(DocumentDirectory documents) {
    return documents.ofSelector(ServiceUriPaths.DEFAULT_NODE_SELECTOR);
  }

  /** Has everything ask who may do what, if that is wanted; before the host listens. */
  void engage(Guard guard) {
    if (settings.isAuthorizationEnabled) {
      guard.engage(authenticator, authorizer);
    }
  }

  /** Starts the services. Returns when they answer. */
  void start(ServiceHost host) {
    start(host, UserService.createFactory(), UserService.FACTORY_LINK);
    start(host, UserGroupService.createFactory(), UserGroupService.FACTORY_LINK);
    start(host, ResourceGroupService.createFactory(), ResourceGroupService.FACTORY_LINK);
    start(host, RoleService.createFactory(), RoleService.FACTORY_LINK);
    start(host, AuthCredentialsService.createFactory(), AuthCredentialsService.FACTORY_LINK);
    start(host, TenantService.createFactory(), TenantService.FACTORY_LINK);
    host.startAndAwait(new SystemUserService(), SystemUserService.SELF_LINK);
    host.startAndAwait(new GuestUserService(), GuestUserService.SELF_LINK);
    host.startAndAwait(new GrantService(), GrantService.SELF_LINK);
    Guard guard = host.unwrap(Guard.class);
    host.startAndAwait(
        new CanIService(view, this::target, authorizer, guard), CanIService.SELF_LINK);
    identity.start(
        this::account,
        passwords,
        authenticator,
        contact,
        (op, link) -> guard.refusal(op, Service.Action.PATCH, target(link)));
    identity.startOwn(authenticator, view, authorization);
    view.look();
    AdministratorSetup setup =
        new AdministratorSetup(
            host, Path.of(host.getStorageSandbox()), threads.handlers(), host::isStopping);
    administrators = setup;
    if (settings.adminPassword != null || settings.isAuthorizationEnabled) {
      setup.makeFirst(settings, System.out::println);
    }
  }

  /** What keeps those who may do everything from logging in; null if nothing does. */
  @Nullable String obstacle() {
    AdministratorSetup setup = administrators;
    return setup != null && setup.isFirstSought() ? "the first administrator is being made" : null;
  }

  /** What is at a link, as this node has it. */
  private Target target(String link) {
    DocumentVersion stored = documents.living(link, threads.clock().micros());
    String kind = stored == null ? null : stored.kind();
    if (stored == null || kind == null) {
      return Target.path(link);
    }
    byte[] json = documents.forms().present(stored).json();
    return Target.document(
        link, kind, () -> DocumentJson.standard().readTree(json), documents.description(kind));
  }

  /**
   * The credentials that a login by a name is meant with; of several, the first with a password.
   */
  private Accounts.@Nullable Account account(String name) {
    for (AccountView.Credentials one : view.credentialsOf(name)) {
      User user = one.userLink() == null ? view.userByEmail(name) : view.user(one.userLink());
      String hash = user == null ? null : secrets.hash(one.link(), one.passwordPlace());
      if (user != null && hash != null) {
        return new Accounts.Account(user.link(), hash, user.enabled());
      }
    }
    return null;
  }

  @Override
  public @Nullable User named(String name) {
    for (AccountView.Credentials one : view.credentialsOf(name)) {
      User user = one.userLink() == null ? view.userByEmail(name) : view.user(one.userLink());
      if (user != null) {
        return user;
      }
    }
    return null;
  }

  @Override
  public @Nullable User at(String link) {
    return view.user(link);
  }

  private static void start(ServiceHost host, FactoryService factory, String link) {
    factory.toggleOption(ServiceOption.CORE, true);
    host.startAndAwait(factory, link);
  }

  /** Learns of a change that this node has made. Does not block. */
  void committed(CommitListener.Change change) {
    if (change.version().isTombstone()
        && (AuthCredentialsServiceState.KIND.equals(change.model().kind())
            || ApiKeyState.KIND.equals(change.model().kind()))) {
      secrets.deleted(change.version().link());
    }
  }

  /** What has come of logins on this host. */
  LoginThrottle.Logins logins() {
    return identity.logins();
  }

  AccountView view() {
    return view;
  }

  /** Finds out who has sent a request. */
  Authenticator authenticator() {
    return authenticator;
  }

  /** What services and applications ask. */
  HostAuthorization authorization() {
    return authorization;
  }

  /** Decides by the roles of the group; asked by nobody but the curious while the guard is off. */
  Authorizer authorizer() {
    return authorizer;
  }

  StoredSecrets secrets() {
    return secrets;
  }

  /** Looks whether there is something to read that nobody has told of. */
  void sweep() {
    var _ = contact.doubt(); // so that a quiet node remembers when it was in touch
    AdministratorSetup setup = administrators;
    if (setup != null) {
      view.look();
      identity.sweep();
      setup.look();
    }
  }

  void close() {
    authenticator.close();
    identity.close();
    passwords.close();
  }
}
