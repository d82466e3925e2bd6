// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.security.Identities;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.identity.revocation.DocumentView;
import io.cairn.service.authorization.AuthCredentialsService;
import io.cairn.service.authorization.AuthCredentialsService.AuthCredentialsServiceState;
import io.cairn.service.authorization.ResourceGroupService;
import io.cairn.service.authorization.ResourceGroupService.ResourceGroupState;
import io.cairn.service.authorization.RoleService;
import io.cairn.service.authorization.RoleService.Policy;
import io.cairn.service.authorization.RoleService.RoleState;
import io.cairn.service.authorization.TenantQuotas;
import io.cairn.service.authorization.TenantService;
import io.cairn.service.authorization.TenantService.TenantState;
import io.cairn.service.authorization.UserGroupService;
import io.cairn.service.authorization.UserGroupService.UserGroupState;
import io.cairn.service.authorization.UserService;
import io.cairn.service.authorization.UserService.UserState;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.StandingMatches;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tools.jackson.databind.JsonNode;

/**
 * The users, groups, roles, credentials and tenants of the group, in the memory of this node: some
 * hundred bytes for each. Read from the stores of this node when they open, and one by one when
 * they change, in the order of the log, by one task at a time. Thread-safe; only that task blocks.
 */
public final class AccountView implements Identities {

  private static final Logger log = LoggerFactory.getLogger(AccountView.class);
  private static final List<String> KINDS =
      List.of(
          UserState.KIND,
          UserGroupState.KIND,
          ResourceGroupState.KIND,
          RoleState.KIND,
          AuthCredentialsServiceState.KIND,
          TenantState.KIND);

  private final Documents documents;
  private final Executor handlers;
  private final Predicate<Subject> revoked;
  private final List<DocumentView> others;
  private final AtomicLong revision = new AtomicLong();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  private final NamedValues<User> users = new NamedValues<>(AccountView::names);
  private final Map<String, UserGroup> userGroups = new ConcurrentHashMap<>();
  private final Map<String, Query> resources = new ConcurrentHashMap<>();
  private final Map<String, Role> roles = new ConcurrentHashMap<>();
  private final NamedValues<Credentials> credentials = new NamedValues<>(AccountView::names);
  private final Map<String, TenantState> tenants = new ConcurrentHashMap<>();

  // Guarded by this.
  private final Set<String> changed = new HashSet<>();
  private boolean anything;
  private boolean working;

  /** How often in a row reading has failed. Of the task. */
  private int failures;

  /** The stores that were read as a whole. Written by the task. */
  private volatile List<DocumentStore> read = List.of();

  /** Where the documents of accounts are. */
  public interface Documents {

    /** The stores of this node that may have some. */
    List<DocumentStore> stores();

    /** A document as this node has it; null if it is not there, or deleted, or has expired. */
    @Nullable DocumentVersion living(String link);
  }

  /**
   * What a user can prove to be itself with.
   *
   * @param link of the document
   * @param userLink the user; null if the e-mail address tells
   * @param email how the user is named at a login; null if only the link says who it is
   * @param passwordPlace where the hash of the password is, see {@link StoredSecrets#hash}; null if
   *     there is none
   */
  public record Credentials(
      String link,
      @Nullable String userLink,
      @Nullable String email,
      @Nullable Integer passwordPlace) {}

  /**
   * A view that knows nothing yet.
   *
   * @param handlers runs each task on a thread of its own, which may block
   * @param revoked whether what proved a subject was taken back
   * @param others what follows further documents, by the same way
   */
  public AccountView(
      Documents documents,
      Executor handlers,
      Predicate<Subject> revoked,
      List<DocumentView> others) {
    this.documents = documents;
    this.handlers = handlers;
    this.revoked = revoked;
    this.others = List.copyOf(others);
  }

  // ---- following the documents

  /**
   * Learns that a document has changed on this node. Called for every document; does not block.
   *
   * @param link null if any may have changed
   */
  public void touched(@Nullable String link) {
    if (link != null && DocumentVersion.isHidden(link)) {
      // Which document it is beside is not told; next to none ever waits for one.
      others.forEach(view -> view.unfinished().forEach(this::touched));
      return;
    }
    if (link == null || concerns(link)) {
      synchronized (this) {
        anything |= link == null;
        if (link != null) {
          changed.add(link);
        }
        if (working) {
          return;
        }
        working = true;
      }
      handlers.execute(this::follow);
    }
  }

  /** Adds what is told after each change, when it can be seen; it must not block. */
  public void onChange(Runnable told) {
    listeners.add(told);
  }

  private boolean concerns(String link) {
    return link.startsWith("/core/")
        && (isBelow(link, UserService.FACTORY_LINK)
            || isBelow(link, UserGroupService.FACTORY_LINK)
            || isBelow(link, ResourceGroupService.FACTORY_LINK)
            || isBelow(link, RoleService.FACTORY_LINK)
            || isBelow(link, AuthCredentialsService.FACTORY_LINK)
            || isBelow(link, TenantService.FACTORY_LINK)
            || (isBelow(link, ServiceUriPaths.CORE_AUTHZ)
                && others.stream().anyMatch(view -> view.concerns(link))));
  }

  private static boolean isBelow(String link, String factory) {
    return link.length() > factory.length()
        && link.charAt(factory.length()) == '/'
        && link.startsWith(factory);
  }

  /** Reads everything again if this node has other stores than were read. */
  public void look() {
    if (!read.equals(documents.stores())) {
      touched(null);
    }
  }

  private void follow() {
    while (true) {
      Set<String> links;
      boolean everything;
      synchronized (this) {
        links = Set.copyOf(changed);
        everything = anything;
        if (links.isEmpty() && !everything) {
          working = false;
          return;
        }
        changed.clear();
        anything = false;
      }
      try {
        if (everything) {
          readAll();
        }
        links.forEach(this::readOne);
        failures = 0;
        revision.incrementAndGet();
        listeners.forEach(Runnable::run);
      } catch (RuntimeException e) {
        giveUp(e);
        return;
      }
    }
  }

  /** Until the next look nothing is known for sure of what has changed meanwhile. */
  private void giveUp(RuntimeException failure) {
    // Once it is no wonder: a store may have been closed, as when a host joins another group.
    log.atLevel(failures++ == 0 ? Level.DEBUG : Level.WARN)
        .setCause(failure)
        .log("Who may do what could not be read; it is tried again");
    read = List.of();
    revision.incrementAndGet(); // some of it may have been taken up
    synchronized (this) {
      working = false;
    }
  }

  private void readAll() {
    List<DocumentStore> stores = documents.stores();
    Set<String> found = new HashSet<>();
    for (DocumentStore store : stores) {
      try (StandingMatches matches = StandingMatches.of(store, ofAccounts(), null)) {
        for (DocumentVersion next = matches.next(); next != null; next = matches.next()) {
          if (!next.isTombstone()) {
            found.add(next.link());
            put(next);
          }
        }
      }
    }
    for (Map<String, ?> all : List.of(userGroups, resources, roles, tenants)) {
      all.keySet().retainAll(found);
    }
    users.retain(found);
    credentials.retain(found);
    others.forEach(view -> view.retain(found));
    read = List.copyOf(stores);
  }

  private QuerySpecification ofAccounts() {
    QuerySpecification wanted = new QuerySpecification();
    Set<String> kinds = new TreeSet<>(KINDS);
    others.forEach(view -> kinds.addAll(view.kinds()));
    for (String kind : kinds) {
      wanted.query.addBooleanClause(
          new Query()
              .setTermPropertyName(ServiceDocument.FIELD_NAME_KIND)
              .setTermMatchValue(kind)
              .setOccurance(Occurance.SHOULD_OCCUR));
    }
    return wanted;
  }

  private void readOne(String link) {
    DocumentVersion present = documents.living(link);
    if (present == null) {
      forget(link);
    } else {
      put(present);
    }
  }

  private void forget(String link) {
    users.remove(link);
    userGroups.remove(link);
    resources.remove(link);
    roles.remove(link);
    credentials.remove(link);
    tenants.remove(link);
    others.stream().filter(view -> view.concerns(link)).forEach(view -> view.removed(link));
  }

  /** A document that cannot be read allows nothing: it is as if it were not there. */
  private void put(DocumentVersion version) {
    try {
      take(version);
    } catch (RuntimeException e) {
      forget(version.link());
      log.warn("{} cannot be read, and counts as if it were not there", version.link(), e);
    }
  }

  private void take(DocumentVersion version) {
    String link = version.link();
    DocumentJson json = DocumentJson.standard();
    switch (String.valueOf(version.kind())) {
      case UserState.KIND -> users.put(link, user(link, json.readTree(version.json())));
      case UserGroupState.KIND ->
          ifPresent(
              json.fromJson(version.json(), UserGroupState.class).query,
              query -> userGroups.put(link, new UserGroup(link, query)));
      case ResourceGroupState.KIND ->
          ifPresent(
              json.fromJson(version.json(), ResourceGroupState.class).query,
              query -> resources.put(link, query));
      case RoleState.KIND -> putRole(link, json.fromJson(version.json(), RoleState.class));
      case AuthCredentialsServiceState.KIND ->
          credentials.put(
              link,
              credentials(link, json.fromJson(version.json(), AuthCredentialsServiceState.class)));
      case TenantState.KIND -> tenants.put(link, json.fromJson(version.json(), TenantState.class));
      default -> // of another view, or something else below the same path
          others.stream()
              .filter(view -> view.concerns(link))
              .forEach(view -> view.put(link, json.readTree(version.json())));
    }
  }

  private static <T> void ifPresent(@Nullable T value, Consumer<T> action) {
    if (value != null) {
      action.accept(value);
    }
  }

  private static User user(String link, JsonNode document) {
    UserState state = DocumentJson.standard().convert(document, UserState.class);
    return new User(
        link,
        !Boolean.TRUE.equals(state.isDisabled),
        state.userGroupLinks == null ? Set.of() : state.userGroupLinks,
        state.tenantLink,
        document);
  }

  private void putRole(String link, RoleState state) {
    if (state.userGroupLink != null && state.resourceGroupLink != null && state.verbs != null) {
      roles.put(
          link,
          new Role(
              link,
              state.userGroupLink,
              state.resourceGroupLink,
              state.verbs,
              state.policy != Policy.ALLOW));
    }
  }

  private static Credentials credentials(String link, AuthCredentialsServiceState state) {
    return new Credentials(link, state.userLink, state.userEmail, state.passwordPlace);
  }

  // ---- what is known

  @Override
  public long revision() {
    return revision.get();
  }

  /** Whether everything was read that this node has. */
  public boolean isReady() {
    return !read.isEmpty() && read.equals(documents.stores());
  }

  @Override
  public @Nullable User user(String link) {
    return users.get(link);
  }

  /** All users. */
  public Collection<User> users() {
    return users.all();
  }

  @Override
  public Collection<UserGroup> userGroups() {
    return List.copyOf(userGroups.values());
  }

  @Override
  public Collection<Role> roles() {
    return List.copyOf(roles.values());
  }

  @Override
  public @Nullable Query resources(String resourceGroupLink) {
    return resources.get(resourceGroupLink);
  }

  /** What a tenant may use; null if there is no such tenant, or it has no limits. */
  public @Nullable TenantQuotas quotas(String tenantLink) {
    TenantState tenant = tenants.get(tenantLink);
    return tenant == null ? null : tenant.quotas;
  }

  /** The tenants, by link. */
  public Set<String> tenants() {
    return new TreeSet<>(tenants.keySet());
  }

  @Override
  public boolean isRevoked(Subject subject) {
    return revoked.test(subject);
  }

  /** The user with an e-mail address; null if there is none, or more than one. */
  public @Nullable User userByEmail(String email) {
    List<User> found = users.named(byEmail(email));
    return found.size() == 1 ? found.getFirst() : null;
  }

  /** The credentials that a login with an e-mail address may be meant with. */
  public List<Credentials> credentialsOf(String email) {
    User user = userByEmail(email);
    List<Credentials> meant = credentials.named(byEmail(email));
    return user == null
        ? meant
        : Stream.concat(meant.stream(), credentials.named(byUser(user.link())).stream())
            .distinct()
            .toList();
  }

  private static Set<String> names(User user) {
    String email = user.document().path(UserState.FIELD_NAME_EMAIL).asString("");
    return email.isEmpty() ? Set.of() : Set.of(byEmail(email));
  }

  private static Set<String> names(Credentials one) {
    Set<String> names = new HashSet<>();
    if (one.email() != null) {
      names.add(byEmail(one.email()));
    }
    if (one.userLink() != null) {
      names.add(byUser(one.userLink()));
    }
    return names;
  }

  /** The same for all that {@link String#equalsIgnoreCase} takes for the same. */
  private static String byEmail(String email) {
    StringBuilder name = new StringBuilder("email ");
    email.chars().forEach(c -> name.append(Character.toLowerCase(Character.toUpperCase((char) c))));
    return name.toString();
  }

  private static String byUser(String link) {
    return "user " + link;
  }
}
