// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a user proves to be itself with. The password comes in and never goes out: it is hashed when
 * it arrives, and kept apart from the document. {@code hasPassword} says whether there is one.
 */
public class AuthCredentialsService
    extends AuthorizationDocument<AuthCredentialsService.AuthCredentialsServiceState> {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_CREDENTIALS;

  /** A factory that updates credentials when they are posted again. */
  public static FactoryService createFactory() {
    return FactoryService.createIdempotent(
        AuthCredentialsService.class, AuthCredentialsServiceState.class);
  }

  /** The document. */
  @DocumentKind(AuthCredentialsServiceState.KIND)
  public static class AuthCredentialsServiceState extends ServiceDocument {
    public static final String KIND =
        "com:vmware:xenon:services:common:AuthCredentialsService:AuthCredentialsServiceState";
    public static final String FIELD_NAME_EMAIL = "userEmail";
    public static final String FIELD_NAME_PRIVATE_KEY = "privateKey";
    public static final String FIELD_NAME_TENANT_LINKS = "tenantLinks";
    public static final String FIELD_NAME_CUSTOM_PROPERTIES = "customProperties";

    /** The user's document; the user of {@link #userEmail} if absent. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String userLink;

    /** How the user is named at a login. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String userEmail;

    /** The password. Only in requests: no document and no answer has it. */
    @UsageOption(option = PropertyUsageOption.SENSITIVE)
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable String privateKey;

    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String privateKeyId;

    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String publicKey;

    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable URI tokenReference;

    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String type;

    /** The tenants that these credentials are of. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable List<String> tenantLinks;

    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Map<String, String> customProperties;

    /** Whether there is a password; what a client says here counts for nothing. */
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    public @Nullable Boolean hasPassword;

    /** Where it is kept, of the two places; what a client says here counts for nothing. */
    @UsageOption(option = PropertyUsageOption.SERVICE_USE)
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable Integer passwordPlace;
  }

  /** Declares what the runtime is to do for these documents. */
  public AuthCredentialsService() {
    super(AuthCredentialsServiceState.class);
  }

  @Override
  void check(AuthCredentialsServiceState state) {
    if (state.userLink != null) {
      requireLink("userLink", state.userLink);
    }
    if (state.userEmail == null && state.userLink == null) {
      throw new IllegalArgumentException("userEmail is required, or userLink");
    }
    if (state.userEmail != null && !UserService.isEmail(state.userEmail)) {
      throw new IllegalArgumentException("userEmail is invalid");
    }
  }

  @Override
  public void handleCreate(Operation create) {
    AuthCredentialsServiceState first = bodyOf(create);
    check(first);
    take(first, null);
    create.setBodyNoCloning(first).complete();
  }

  @Override
  public void handlePut(Operation put) {
    AuthCredentialsServiceState next = bodyOf(put);
    check(next);
    take(next, present(put));
    leave(put, next);
  }

  @Override
  void merge(Operation patch, AuthCredentialsServiceState state) {
    String password = passwordOf(patch);
    super.merge(patch, state);
    state.privateKey = password;
    check(state);
    take(state, present(patch));
  }

  /** The password of a partial document; the other bodies that change documents have none. */
  private static @Nullable String passwordOf(Operation patch) {
    String text =
        patch
            .getBody(JsonNode.class)
            .path(AuthCredentialsServiceState.FIELD_NAME_PRIVATE_KEY)
            .asString("");
    return text.isEmpty() ? null : text;
  }

  /** Takes the password out of a state, and keeps it if it is another than there was. */
  private void take(
      AuthCredentialsServiceState state, @Nullable AuthCredentialsServiceState before) {
    String password = state.privateKey;
    Integer place = before == null ? null : before.passwordPlace;
    state.privateKey = null;
    if (password != null) {
      CredentialSecrets secrets = getHost().unwrap(CredentialSecrets.class);
      String link = String.valueOf(getSelfLink());
      if (!secrets.matches(link, place, password)) {
        place = place == null ? 0 : (place + 1) % CredentialSecrets.PLACES;
        secrets.keep(link, place, password);
      }
    }
    state.passwordPlace = place;
    state.hasPassword = place == null ? null : Boolean.TRUE;
  }
}
