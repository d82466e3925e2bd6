// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.authorization.AuthCredentialsService;
import io.cairn.service.authorization.AuthCredentialsService.AuthCredentialsServiceState;
import io.cairn.service.authorization.BuiltInRole;
import io.cairn.service.authorization.GrantRequest;
import io.cairn.service.authorization.GrantService;
import io.cairn.service.authorization.UserService;
import io.cairn.service.authorization.UserService.UserState;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import java.security.SecureRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes administrators, as ordinary documents: a user, its grant of everything, and last its
 * password, so that half of it lets nobody in. Works as the system user. Blocks. Thread-safe.
 */
final class Administrators {

  private static final long PATIENCE_SECONDS = 30;
  private static final String ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
  private static final int PASSWORD_LENGTH = 24;

  private final ServiceHost host;

  Administrators(ServiceHost host) {
    this.host = host;
  }

  /** A password that nobody guesses: 139 random bits. */
  static String newPassword() {
    SecureRandom random = new SecureRandom();
    return random
        .ints(PASSWORD_LENGTH, 0, ALPHABET.length())
        .collect(
            StringBuilder::new,
            (text, at) -> text.append(ALPHABET.charAt(at)),
            StringBuilder::append)
        .toString();
  }

  /** Whether the group has any user. */
  boolean isAnybodyThere() {
    Operation listed =
        send(Operation.createGet(UriUtils.buildUri(host, UserService.FACTORY_LINK, "$top=1")));
    ServiceDocumentQueryResult found = listed.getBody(ServiceDocumentQueryResult.class);
    return found.documentLinks != null && !found.documentLinks.isEmpty();
  }

  /**
   * Makes an administrator, if it is not there.
   *
   * @return whether this has given it its password
   */
  boolean create(String email, String password) {
    send(unlessThere(UserService.FACTORY_LINK, user(email)));
    grantEverything(email);
    Operation credentials =
        send(unlessThere(AuthCredentialsService.FACTORY_LINK, credentials(email, password)));
    return credentials.getStatusCode() < Operation.STATUS_CODE_BAD_REQUEST;
  }

  /** Gives a user another password, and all that an administrator has. It need not be there. */
  void reset(String email, String password) {
    UserState enabled = user(email);
    enabled.isDisabled = false;
    send(unlessThere(UserService.FACTORY_LINK, user(email)));
    send(Operation.createPatch(UriUtils.buildUri(host, userLink(email))).setBody(enabled));
    grantEverything(email);
    send(
        Operation.createPost(UriUtils.buildUri(host, AuthCredentialsService.FACTORY_LINK))
            .setBody(credentials(email, password)));
  }

  private void grantEverything(String email) {
    send(
        Operation.createPost(UriUtils.buildUri(host, GrantService.SELF_LINK))
            .setBody(GrantRequest.of(BuiltInRole.ADMIN, userLink(email))));
  }

  private static String userLink(String email) {
    return UriUtils.buildUriPath(UserService.FACTORY_LINK, email);
  }

  private static UserState user(String email) {
    UserState user = new UserState();
    user.documentSelfLink = email;
    user.email = email;
    return user;
  }

  private static AuthCredentialsServiceState credentials(String email, String password) {
    AuthCredentialsServiceState state = new AuthCredentialsServiceState();
    state.documentSelfLink = email;
    state.userEmail = email;
    state.userLink = userLink(email);
    state.privateKey = password;
    return state;
  }

  private Operation unlessThere(String factory, ServiceDocument state) {
    return Operation.createPost(UriUtils.buildUri(host, factory))
        .setBody(state)
        .addRequestHeader(Operation.IF_NONE_MATCH_HEADER, "*");
  }

  /** Sends an operation; that something is there already is no failure. */
  private Operation send(Operation op) {
    op.setReferer(host.getUri())
        .setAuthorizationContext(
            AuthorizationContext.ofSubject(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER));
    try {
      return host.sendWithDeferredResult(op)
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    } catch (ExecutionException | TimeoutException e) {
      if (op.getStatusCode() == Operation.STATUS_CODE_PRECONDITION_FAILED) {
        return op;
      }
      throw new CompletionException(e);
    }
  }
}
