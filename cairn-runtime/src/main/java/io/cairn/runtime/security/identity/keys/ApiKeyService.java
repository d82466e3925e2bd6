// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.keys;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.Subject;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.StatefulService;
import io.cairn.service.failure.Refusal;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An API key of a user: what a program proves itself with. The key itself is in the answer to its
 * creation and nowhere else; a hash of it is kept beside the document, as those of passwords are.
 * It may do what its user may, within its scope, until it expires or is deleted. Nothing of it
 * changes but when it was last used.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class ApiKeyService extends StatefulService {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_AUTHZ_API_KEYS;

  /** What is known of a key. */
  @DocumentKind(ApiKeyState.KIND)
  public static final class ApiKeyState extends ServiceDocument {
    public static final String KIND = "io:cairn:security:ApiKeyState";

    /** What it is for. */
    public @Nullable String name;

    /** The user whose key it is; whoever makes it, if absent. */
    public @Nullable String userLink;

    /** What it may do; whatever its user may, if absent. */
    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Set<Action> verbs;

    /** Links, each with all below it, that it may be used for; all, if absent. */
    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable List<String> linkPrefixes;

    /** The tenants whose documents it may see and change; those of its user, if absent. */
    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Set<String> tenantLinks;

    /** When it was used, to the hour; 0 for never. Set by the host. */
    public long lastUsedTimeMicros;

    /** The key. Only in the answer to its creation: no document has it. */
    @UsageOption(option = PropertyUsageOption.SENSITIVE)
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable String key;

    /**
     * A hash of the key's secret, on its way to where it is kept: no document and no answer has it.
     */
    @UsageOption(option = PropertyUsageOption.SENSITIVE)
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable String secretHash;

    /** Under which number it was issued; see revocations. Set by the host. */
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public long generation;
  }

  private final BiConsumer<String, String> secrets;

  private ApiKeyService(BiConsumer<String, String> secrets) {
    super(ApiKeyState.class);
    this.secrets = secrets;
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  /**
   * What keys are made by.
   *
   * @param generation of what is issued to a user now
   * @param secrets keeps the hash of a key's secret for its link; blocks
   * @param limitMicros how long a key lasts at most; 0 for as long as its maker says
   * @param nowMicros microseconds since 1970
   * @param refusal why who sends an operation may not change what is at a link; null if it may
   */
  public record Issuing(
      ToLongFunction<String> generation,
      BiConsumer<String, String> secrets,
      long limitMicros,
      LongSupplier nowMicros,
      BiFunction<Operation, String, @Nullable RuntimeException> refusal) {}

  /** A factory of keys. */
  public static FactoryService createFactory(Issuing issuing) {
    FactoryService factory = new Factory(issuing);
    factory.toggleOption(ServiceOption.CORE, true);
    return factory;
  }

  /** Answers what clients post with the key, and creates what it has posted itself. */
  @Needs(read = Access.GRANTED, write = Access.GRANTED)
  private static final class Factory extends FactoryService {
    private final SecureRandom random = new SecureRandom();
    private final Issuing issuing;

    /** The ids of keys whose documents are on their way. */
    private final Set<String> making = ConcurrentHashMap.newKeySet();

    Factory(Issuing issuing) {
      super(ApiKeyState.class);
      this.issuing = issuing;
    }

    @Override
    public Service createServiceInstance() {
      return new ApiKeyService(issuing.secrets());
    }

    /** Only what this factory sends: nobody else knows the id of a key that is being made. */
    @Override
    public boolean createsChild(Operation post) {
      String link = post.hasBody() ? post.getBody(ApiKeyState.class).documentSelfLink : null;
      return link != null && making.contains(link.substring(link.lastIndexOf('/') + 1));
    }

    @Override
    public void handlePost(Operation post) {
      if (createsChild(post)) {
        post.complete();
        return;
      }
      ApiKeyState wanted = post.hasBody() ? post.getBody(ApiKeyState.class) : new ApiKeyState();
      if (wanted.secretHash != null) {
        throw new IllegalArgumentException(
            "secretHash is made by the host: leave it out, and the answer has the key");
      }
      AuthorizationContext asker = post.getAuthorizationContext();
      if (wanted.userLink == null && asker != null) {
        wanted.userLink = asker.subjectLink();
      }
      check(wanted);
      String user = String.valueOf(wanted.userLink);
      requireOwn(post, user);
      Operation.createGet(getHost(), user)
          .setAuthorizationContext(getSystemAuthorizationContext())
          .setExpiration(post.getExpirationMicrosUtc())
          .disableFailureLogging(true)
          .setCompletion(
              (found, failure) -> {
                if (failure == null) {
                  create(post, wanted);
                } else if (found.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
                  post.fail(
                      new IllegalArgumentException(
                          "userLink: there is no user %s. Add it first (./cairn user add)"
                              .formatted(user)));
                } else {
                  post.setStatusCode(found.getStatusCode()).fail(failure, found.getBodyRaw());
                }
              })
          .sendWith(this);
    }

    private void create(Operation post, ApiKeyState wanted) {
      KeyText key = KeyText.random(random);
      wanted.documentSelfLink = key.id();
      wanted.key = null;
      wanted.lastUsedTimeMicros = 0;
      wanted.secretHash = key.hash();
      wanted.generation = issuing.generation().applyAsLong(String.valueOf(wanted.userLink));
      making.add(key.id());
      sendRequest(
          Operation.createPost(this, getSelfLink())
              .setAuthorizationContext(post.getAuthorizationContext())
              .setBody(wanted)
              .setExpiration(post.getExpirationMicrosUtc())
              .setCompletion(
                  (made, failure) -> {
                    making.remove(key.id());
                    answer(post, made, failure, key);
                  }));
    }

    /**
     * A key does what its user may. So one for another user is for those who may change that user,
     * and no key makes others, which its scope would not bind.
     */
    private void requireOwn(Operation post, String userLink) {
      Subject asker = Guard.subjectOf(post);
      if (asker.kind() == Subject.Kind.KEY) {
        throw Refusal.forbidden("An API key makes no further keys: log in, and make it then");
      }
      RuntimeException refused =
          asker.link().equals(userLink) ? null : issuing.refusal().apply(post, userLink);
      if (refused != null) {
        throw refused;
      }
    }

    private static void answer(
        Operation post, Operation made, @Nullable Throwable failure, KeyText key) {
      if (failure != null) {
        post.setStatusCode(made.getStatusCode()).fail(failure, made.getBodyRaw());
        return;
      }
      ApiKeyState shown = made.getBody(ApiKeyState.class);
      shown.key = key.whole();
      shown.secretHash = null;
      post.addResponseHeader(Operation.LOCATION_HEADER, String.valueOf(shown.documentSelfLink));
      post.setBodyNoCloning(shown).complete();
    }

    private void check(ApiKeyState key) {
      if (key.name == null || key.name.isBlank()) {
        throw new IllegalArgumentException("name is required: what the key is for");
      }
      if (key.userLink == null
          || !key.userLink.startsWith(ServiceUriPaths.CORE_AUTHZ_USERS + '/')) {
        throw new IllegalArgumentException(
            "userLink is required: the user whose key it is, such as /core/authz/users/jane");
      }
      requireLinks("linkPrefixes", key.linkPrefixes);
      requireLinks("tenantLinks", key.tenantLinks);
      long lasting = key.documentExpirationTimeMicros - issuing.nowMicros().getAsLong();
      if (lasting <= 0) {
        throw new IllegalArgumentException(
            "documentExpirationTimeMicros is required and in the future: when the key expires, in microseconds since 1970");
      }
      long limitMicros = issuing.limitMicros();
      if (limitMicros > 0 && lasting > limitMicros) {
        throw new IllegalArgumentException(
            "documentExpirationTimeMicros is too late: a key lasts %d seconds at most here (apiKeyLimit)"
                .formatted(TimeUnit.MICROSECONDS.toSeconds(limitMicros)));
      }
    }

    private static void requireLinks(String field, java.util.@Nullable Collection<String> links) {
      if (links != null && !links.stream().allMatch(link -> link.startsWith("/"))) {
        throw new IllegalArgumentException(field + " has links: each begins with /");
      }
    }
  }

  @Override
  public void handleCreate(Operation create) {
    ApiKeyState state = getBody(create);
    String hash = state.secretHash;
    if (hash != null) {
      secrets.accept(String.valueOf(getSelfLink()), hash);
    }
    state.secretHash = null;
    state.key = null;
    create.setBodyNoCloning(state).complete();
  }

  /** A key is what it was made for. */
  @Override
  public void handlePut(Operation put) {
    Operation.failActionNotSupported(put);
  }

  /** Notes when it was last used; nothing else of a key changes. */
  @Override
  public void handlePatch(Operation patch) {
    ApiKeyState state = Objects.requireNonNull(getState(patch));
    ApiKeyState body = getBody(patch);
    if (body.lastUsedTimeMicros <= state.lastUsedTimeMicros) {
      patch.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED);
    } else {
      state.lastUsedTimeMicros = body.lastUsedTimeMicros;
    }
    patch.setBodyNoCloning(state).complete();
  }
}
