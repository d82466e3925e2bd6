// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.service.Operation;
import io.cairn.service.OperationContext;
import io.cairn.service.ServiceHost;
import io.cairn.service.authorization.BasicAuthenticationUtils;
import io.cairn.service.security.AuthenticationRequest;
import io.cairn.service.security.AuthenticationRequest.AuthenticationRequestType;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.TestRequestSender;
import java.util.Collection;
import java.util.Objects;

/** Has tests log in and out, and act as the system. For the calling thread where it says so. */
public final class AuthTestUtils {

  private AuthTestUtils() {}

  /** Logs in at one of the hosts, and gives the token. */
  public static String login(TestNodeGroupManager hosts, String user, String password) {
    return login(hosts.getHost(), user, password);
  }

  /** Logs in at a host, and gives the token. */
  public static String login(ServiceHost host, String user, String password) {
    Operation answer = new TestRequestSender(host).sendAndWait(loginOf(host, user, password));
    return Objects.requireNonNull(
        answer.getResponseHeader(Operation.REQUEST_AUTH_TOKEN_HEADER), "no token");
  }

  private static Operation loginOf(ServiceHost host, String user, String password) {
    return request(host, AuthenticationRequestType.LOGIN)
        .addRequestHeader(
            Operation.AUTHORIZATION_HEADER,
            BasicAuthenticationUtils.constructBasicAuth(user, password));
  }

  private static Operation request(ServiceHost host, AuthenticationRequestType type) {
    AuthenticationRequest body = new AuthenticationRequest();
    body.requestType = type;
    return Operation.createPost(host, ServiceUriPaths.CORE_AUTHN_BASIC).setBody(body).forceRemote();
  }

  /** Expects a login at one of the hosts to fail. */
  public static void loginExpectFailure(TestNodeGroupManager hosts, String user, String password) {
    loginExpectFailure(hosts.getHost(), user, password);
  }

  /** Expects a login to fail. */
  public static void loginExpectFailure(ServiceHost host, String user, String password) {
    var _ = new TestRequestSender(host).sendAndWaitFailure(loginOf(host, user, password));
  }

  /**
   * Logs in at one of the hosts; all that senders of the process send from now on is the user's.
   */
  public static String loginAndSetToken(TestNodeGroupManager hosts, String user, String password) {
    return loginAndSetToken(hosts.getHost(), user, password);
  }

  /** Logs in; all that senders of the process send from now on is the user's. */
  public static String loginAndSetToken(ServiceHost host, String user, String password) {
    String token = login(host, user, password);
    TestRequestSender.setAuthToken(token);
    return token;
  }

  /** Ends the session whose token senders have, at one of the hosts. */
  public static void logout(TestNodeGroupManager hosts) {
    logout(hosts.getHost());
  }

  /** Ends the session whose token senders have, and has them send none. */
  public static void logout(ServiceHost host) {
    var _ =
        new TestRequestSender(host).sendAndWait(request(host, AuthenticationRequestType.LOGOUT));
    TestRequestSender.clearAuthToken();
  }

  /** Has the calling thread act as the system, and gives whom it acted for before. */
  public static AuthorizationContext setSystemAuthorizationContext(ServiceHost host) {
    AuthorizationContext before = OperationContext.getAuthorizationContext();
    OperationContext.setAuthorizationContext(
        AuthorizationContext.ofSubject(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER));
    return before == null
        ? AuthorizationContext.ofSubject(ServiceUriPaths.CORE_AUTHZ_GUEST_USER)
        : before;
  }

  /** Has the calling thread act for nobody. */
  public static void resetAuthorizationContext(ServiceHost host) {
    OperationContext.setAuthorizationContext(null);
  }

  /** Runs something as the system. */
  public static void executeWithSystemAuthContext(ServiceHost host, ExecutableBlock block) {
    OperationContext.runAs(
        AuthorizationContext.ofSubject(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER), () -> run(block));
  }

  /** As the other form. */
  public static void executeWithSystemAuthContext(
      TestNodeGroupManager hosts, ExecutableBlock block) {
    executeWithSystemAuthContext(hosts.getHost(), block);
  }

  /** As the other form. */
  public static void executeWithSystemAuthContext(
      Collection<ServiceHost> hosts, ExecutableBlock block) {
    executeWithSystemAuthContext(hosts.iterator().next(), block);
  }

  private static void run(ExecutableBlock block) {
    try {
      block.execute();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
