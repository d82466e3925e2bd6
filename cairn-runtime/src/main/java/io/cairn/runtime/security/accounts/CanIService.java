// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Authorizer;
import io.cairn.runtime.security.Decision;
import io.cairn.runtime.security.Decision.Verdict;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Identities.User;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.Subject.Kind;
import io.cairn.runtime.security.Target;
import io.cairn.service.Operation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation.ApiResponse;
import io.cairn.service.RequestRouter.Route.RouteDocumentation.QueryParam;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.authorization.UserService;
import io.cairn.service.failure.Refusal;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells by GET whether a subject may do something, and why: {@code ?verb=PATCH&link=/core/x}, of
 * another user with {@code &as=}. Without a link it only says who asks.
 */
@Needs(read = Access.OPEN, write = Access.GRANTED)
public final class CanIService extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_AUTHZ_CAN_I;

  private final AccountView view;
  private final Function<String, Target> targets;
  private final Authorizer authorizer;
  private final Guard guard;

  /** The answer. */
  @DocumentKind("io:cairn:runtime:security:accounts:CanIAnswer")
  public static final class CanIAnswer extends ServiceDocument {
    /** The user's link. */
    public @Nullable String subject;

    public @Nullable String verb;
    public @Nullable String link;

    /** Whether it may; absent if nothing was asked. */
    public @Nullable Boolean allowed;

    /** What becomes of the request. */
    public @Nullable Verdict verdict;

    public @Nullable String roleLink;
    public @Nullable String userGroupLink;
    public @Nullable String resourceGroupLink;

    /** Why, in a sentence. */
    public @Nullable String reason;
  }

  /**
   * The service of this node.
   *
   * @param targets what is at a link, to this node's knowledge; may block
   * @param authorizer who decides
   * @param guard whether that is obeyed
   */
  public CanIService(
      AccountView view, Function<String, Target> targets, Authorizer authorizer, Guard guard) {
    super(CanIAnswer.class);
    this.view = view;
    this.targets = targets;
    this.authorizer = authorizer;
    this.guard = guard;
    toggleOption(ServiceOption.CORE, true);
  }

  @RouteDocumentation(
      description = "Tells whether somebody may do something, and why",
      queryParams = {
        @QueryParam(name = "link", description = "The link; without it, only who asks is told"),
        @QueryParam(name = "verb", description = "GET, POST, PUT, PATCH or DELETE"),
        @QueryParam(name = "as", description = "The link of another user")
      },
      responses =
          @ApiResponse(statusCode = 200, description = "The answer", response = CanIAnswer.class))
  @Override
  public void handleGet(Operation get) {
    Map<String, String> asked = UriUtils.parseUriQueryParams(get.getUri());
    Subject subject = subject(get, asked.get("as"));
    CanIAnswer answer = new CanIAnswer();
    answer.documentSelfLink = SELF_LINK;
    answer.subject = subject.link();
    answer.link = asked.get("link");
    if (answer.link != null) {
      Action verb = verb(asked.get("verb"));
      answer.verb = verb.name();
      show(decide(get, subject, verb, answer.link), answer);
    }
    get.setBodyNoCloning(answer).complete();
  }

  private Decision decide(Operation get, Subject subject, Action verb, String link) {
    if (!link.startsWith("/")) {
      throw new IllegalArgumentException(
          "link is the path of a service, such as /core/examples/one, not '%s'".formatted(link));
    }
    Target target = targets.apply(link);
    Decision decision = authorizer.decide(subject, verb, target);
    if (decision.verdict() == Verdict.HIDDEN && guard.refusal(get, Action.GET, target) != null) {
      // Who may not see it is told the same as of a link at which there is nothing.
      decision = authorizer.decide(subject, verb, Target.path(link));
    }
    return guard.isOn()
        ? decision
        : new Decision(
            Verdict.ALLOWED,
            decision.roleLink(),
            decision.userGroupLink(),
            decision.resourceGroupLink(),
            "This host has no authorization: everybody may do everything. With it: %s, %s"
                .formatted(decision.isAllowed() ? "yes" : "no", decision.reason()));
  }

  private static void show(Decision decision, CanIAnswer answer) {
    answer.allowed = decision.isAllowed();
    answer.verdict = decision.verdict();
    answer.roleLink = decision.roleLink();
    answer.userGroupLink = decision.userGroupLink();
    answer.resourceGroupLink = decision.resourceGroupLink();
    answer.reason = decision.reason();
  }

  private static Action verb(@Nullable String name) {
    try {
      return Action.valueOf(String.valueOf(name).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "verb is GET, POST, PATCH, PUT, DELETE or OPTIONS, not '%s'".formatted(name), e);
    }
  }

  /** Who is asked about: another user only by who may read its document. */
  private Subject subject(Operation get, @Nullable String as) {
    Subject asking = Guard.subjectOf(get);
    if (as == null || as.equals(asking.link())) {
      return asking;
    }
    boolean isLink = as.startsWith("/");
    User user = view.user(isLink ? as : UserService.FACTORY_LINK + "/" + as);
    user = user == null && !isLink ? view.userByEmail(as) : user;
    String link = user == null ? as : user.link();
    RuntimeException refusal = guard.refusal(get, Action.GET, targets.apply(link));
    if (refusal != null && !link.equals(asking.link())) {
      throw refusal;
    }
    if (user == null && !as.equals(Subject.GUEST.link())) {
      throw Refusal.notFound("There is no user %s".formatted(as));
    }
    return user(link, user);
  }

  private static Subject user(String link, @Nullable User user) {
    return link.equals(Subject.GUEST.link())
        ? Subject.GUEST
        : new Subject(
            link, Kind.USER, null, 0, user == null ? null : user.tenantLink(), Set.of(), null);
  }
}
