package shop;

import com.vmware.xenon.common.Claims;
import com.vmware.xenon.common.Operation;
import com.vmware.xenon.common.Operation.AuthorizationContext;
import com.vmware.xenon.common.StatelessService;
import com.vmware.xenon.common.UriUtils;
import com.vmware.xenon.common.Utils;
import com.vmware.xenon.services.common.ServiceUriPaths;
import com.vmware.xenon.services.common.authn.AuthenticationConstants;
import com.vmware.xenon.services.common.authn.BasicAuthenticationUtils;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Knows the badges of the staff, and sends whom it does not know to the door. */
public class StaffLoginService extends StatelessService {
  public static final String SELF_LINK = UriUtils.buildUriPath(ServiceUriPaths.CORE_AUTHN, "staff");
  public static final String DOOR = "http://door.example.com/";

  private final Map<String, String> badges = new ConcurrentHashMap<>();

  public void addBadge(String badge, String email) {
    this.badges.put(badge, email);
  }

  /** A badge is shown at the terminal. */
  @Override
  public void handleGet(Operation get) {
    String badge = UriUtils.parseUriQueryParams(get.getUri()).get("badge");
    String email = badge == null ? null : this.badges.get(badge);
    if (email == null) {
      get.fail(Operation.STATUS_CODE_FORBIDDEN);
      return;
    }
    AuthorizationContext.Builder builder = AuthorizationContext.Builder.create();
    builder.setClaims(claimsOf(email));
    builder.setToken(badge);
    builder.setPropagateToClient(true);
    setAuthorizationContext(get, builder.getResult());
    get.complete();
  }

  @Override
  public void handlePost(Operation post) {
    if (!post.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_VERIFY_TOKEN)) {
      post.fail(new IllegalStateException("Invalid request"));
      return;
    }
    String badge = BasicAuthenticationUtils.getAuthToken(post);
    if (badge == null || !this.badges.containsKey(badge)) {
      post.fail(new IllegalArgumentException("Invalid badge"));
      return;
    }
    Claims claims = claimsOf(this.badges.get(badge));
    post.setBody(claims).complete();
  }

  private Claims claimsOf(String email) {
    Claims.Builder builder = new Claims.Builder();
    builder.setIssuer(AuthenticationConstants.DEFAULT_ISSUER);
    builder.setSubject(UriUtils.buildUriPath(ServiceUriPaths.CORE_AUTHZ_USERS, email));
    builder.setExpirationTime(TimeUnit.MICROSECONDS.toSeconds(Utils.getNowMicrosUtc()) + 3600);
    builder.setProperties(Collections.singletonMap("desk", "north"));
    return builder.getResult();
  }

  @Override
  public void authorizeRequest(Operation op) {
    op.complete();
  }

  @Override
  public boolean queueRequest(Operation op) {
    if (op.getUri().getPath().equals(SELF_LINK)) {
      return false;
    }
    op.addResponseHeader(Operation.LOCATION_HEADER, DOOR);
    op.setStatusCode(Operation.STATUS_CODE_MOVED_TEMP);
    op.complete();
    return true;
  }
}
