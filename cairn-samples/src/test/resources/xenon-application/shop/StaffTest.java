package shop;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import com.vmware.xenon.common.AuthorizationSetupHelper;
import com.vmware.xenon.common.Claims;
import com.vmware.xenon.common.FactoryService;
import com.vmware.xenon.common.Operation;
import com.vmware.xenon.common.Service.Action;
import com.vmware.xenon.common.ServiceDocumentQueryResult;
import com.vmware.xenon.common.UriUtils;
import com.vmware.xenon.common.test.AuthTestUtils;
import com.vmware.xenon.common.test.TestContext;
import com.vmware.xenon.common.test.TestRequestSender;
import com.vmware.xenon.common.test.TestRequestSender.FailureResponse;
import com.vmware.xenon.common.test.VerificationHost;
import com.vmware.xenon.services.common.QueryTask.Query;
import com.vmware.xenon.services.common.QueryTask.QueryTerm.MatchType;
import com.vmware.xenon.services.common.ServiceUriPaths;
import com.vmware.xenon.services.common.UserService.UserState;
import com.vmware.xenon.services.common.authn.AuthenticationRequest;
import com.vmware.xenon.services.common.authn.AuthenticationRequest.AuthenticationRequestType;
import com.vmware.xenon.services.common.authn.BasicAuthenticationService;
import com.vmware.xenon.services.common.authn.BasicAuthenticationUtils;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Who of the staff may do what, as it is tested for Xenon. */
public class StaffTest {
  private static final String CLERK = "clerk@example.com";
  private static final String PASSWORD = "secret";
  private static final String BADGE = "badge-of-the-clerk";
  private static final String PAGE = LedgerService.FACTORY_LINK + "/monday";

  private VerificationHost host;
  private TestRequestSender sender;

  @Before
  public void setUp() throws Throwable {
    this.host = VerificationHost.create(0);
    this.host.setAuthorizationEnabled(true);
    StaffLoginService login = new StaffLoginService();
    login.addBadge(BADGE, CLERK);
    this.host.setAuthenticationService(login);
    this.host.start();
    this.host.startFactory(LedgerService.class, () -> FactoryService.create(LedgerService.class));
    this.sender = new TestRequestSender(this.host);

    TestContext waitContext = new TestContext(1, Duration.ofSeconds(30));
    AuthorizationSetupHelper userBuilder =
        AuthorizationSetupHelper.create()
            .setHost(this.host)
            .setUserEmail(CLERK)
            .setUserPassword(PASSWORD)
            .setIsAdmin(false)
            .setVerbs(EnumSet.of(Action.GET, Action.POST, Action.PATCH))
            .setResourceQuery(
                Query.Builder.create()
                    .addFieldClause(
                        UserState.FIELD_NAME_SELF_LINK,
                        LedgerService.FACTORY_LINK,
                        MatchType.PREFIX)
                    .build())
            .setCompletion(waitContext.getCompletion());
    AuthTestUtils.setSystemAuthorizationContext(this.host);
    userBuilder.start();
    AuthTestUtils.resetAuthorizationContext(this.host);
    waitContext.await();
  }

  @After
  public void tearDown() {
    TestRequestSender.clearAuthToken();
    this.host.resetAuthorizationContext();
    this.host.tearDown();
  }

  private LedgerService.LedgerState page(String text) {
    LedgerService.LedgerState state = new LedgerService.LedgerState();
    state.documentSelfLink = PAGE;
    state.text = text;
    return state;
  }

  private void writePage() {
    this.host.waitFor(
        "the clerk may not write",
        () -> {
          Operation post =
              Operation.createPost(this.host, LedgerService.FACTORY_LINK).setBody(page("opened"));
          Operation answer =
              this.host.waitForResponse(
                  post.addRequestHeader(Operation.REQUEST_AUTH_TOKEN_HEADER, BADGE).forceRemote());
          return answer.getStatusCode() == Operation.STATUS_CODE_OK;
        });
  }

  @Test
  public void sendsStrangersToTheDoor() {
    assertEquals(StaffLoginService.SELF_LINK, this.host.getAuthenticationServiceUri().getPath());
    Operation response = this.sender.sendAndWait(Operation.createGet(this.host.getUri()));

    assertEquals(Operation.STATUS_CODE_MOVED_TEMP, response.getStatusCode());
    assertEquals(StaffLoginService.DOOR, response.getResponseHeader(Operation.LOCATION_HEADER));
  }

  @Test
  public void letsTheClerkInByBadge() throws Throwable {
    Operation shown =
        this.sender.sendAndWait(
            Operation.createGet(
                    UriUtils.extendUriWithQuery(
                        UriUtils.buildUri(this.host, StaffLoginService.SELF_LINK), "badge", BADGE))
                .forceRemote());
    assertEquals(BADGE, shown.getResponseHeader(Operation.REQUEST_AUTH_TOKEN_HEADER));
    assertTrue(shown.getResponseHeader("set-cookie").contains(BADGE));
    writePage();

    TestRequestSender.setAuthToken(BADGE);
    LedgerService.LedgerState state =
        this.sender.sendAndWait(
            Operation.createPatch(this.host, PAGE).setBody(page("sold")),
            LedgerService.LedgerState.class);
    assertEquals("sold", state.text);
    ServiceDocumentQueryResult pages =
        this.sender.sendAndWait(
            Operation.createGet(this.host, LedgerService.FACTORY_LINK),
            ServiceDocumentQueryResult.class);
    assertEquals(1, pages.documentLinks.size());

    FailureResponse tasks =
        this.sender.sendAndWaitFailure(
            Operation.createGet(this.host, ServiceUriPaths.CORE_MANAGEMENT));
    assertEquals(Operation.STATUS_CODE_FORBIDDEN, tasks.op.getStatusCode());
    FailureResponse deleted =
        this.sender.sendAndWaitFailure(Operation.createDelete(this.host, PAGE));
    assertEquals(Operation.STATUS_CODE_FORBIDDEN, deleted.op.getStatusCode());
  }

  @Test
  public void letsNobodyWriteFromAnotherDesk() throws Throwable {
    writePage();
    AuthenticationRequest request = new AuthenticationRequest();
    request.requestType = AuthenticationRequestType.LOGIN;
    Operation login =
        this.sender.sendAndWait(
            Operation.createPost(UriUtils.buildUri(this.host, BasicAuthenticationService.SELF_LINK))
                .setBody(request)
                .forceRemote()
                .addRequestHeader(
                    Operation.AUTHORIZATION_HEADER,
                    BasicAuthenticationUtils.constructBasicAuth(CLERK, PASSWORD)));
    String token = login.getResponseHeader(Operation.REQUEST_AUTH_TOKEN_HEADER);
    assertNotNull(token);

    TestRequestSender.setAuthToken(token);
    Claims claims =
        this.sender.sendAndWait(
            Operation.createPost(this.host, BasicAuthenticationService.SELF_LINK)
                .addPragmaDirective(Operation.PRAGMA_DIRECTIVE_VERIFY_TOKEN),
            Claims.class);
    assertEquals(
        UriUtils.buildUriPath(ServiceUriPaths.CORE_AUTHZ_USERS, CLERK), claims.getSubject());
    LedgerService.LedgerState state =
        this.sender.sendAndWait(
            Operation.createGet(this.host, PAGE), LedgerService.LedgerState.class);
    assertEquals("opened", state.text);
    FailureResponse patched =
        this.sender.sendAndWaitFailure(
            Operation.createPatch(this.host, PAGE).setBody(page("stolen")));
    assertEquals(Operation.STATUS_CODE_FORBIDDEN, patched.op.getStatusCode());

    AuthTestUtils.logout(this.host);
    AuthTestUtils.loginExpectFailure(this.host, CLERK, "guessed");
    this.host.assumeIdentity(claims.getSubject());
    state =
        this.sender.sendAndWait(
            Operation.createGet(this.host, PAGE), LedgerService.LedgerState.class);
    assertEquals("opened", state.text);
  }
}
