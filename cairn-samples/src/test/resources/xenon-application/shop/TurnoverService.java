package shop;

import java.util.concurrent.atomic.AtomicLong;

import com.vmware.xenon.common.Operation;
import com.vmware.xenon.common.OperationProcessingChain;
import com.vmware.xenon.common.RequestRouter;
import com.vmware.xenon.common.Service;
import com.vmware.xenon.common.ServiceDocument;
import com.vmware.xenon.common.ServiceDocumentQueryResult;
import com.vmware.xenon.common.StatelessService;
import com.vmware.xenon.common.UriUtils;
import com.vmware.xenon.common.Utils;

/** Sums up orders: GET for all, POST of a question for those of one customer. */
public class TurnoverService extends StatelessService {
    public static final String SELF_LINK = ShopUriPaths.TURNOVER;

    public static class Question {
        public String kind;
        public String customer;
    }

    public static class Turnover extends ServiceDocument {
        public long amount;
        public int orders;
    }

    private final AtomicLong asked = new AtomicLong();

    public TurnoverService() {
        super(Turnover.class);
    }

    @Override
    public OperationProcessingChain getOperationProcessingChain() {
        if (super.getOperationProcessingChain() != null) {
            return super.getOperationProcessingChain();
        }
        RequestRouter router = new RequestRouter();
        router.register(Service.Action.POST,
                new RequestRouter.RequestBodyMatcher<>(Question.class, "kind", Utils.buildKind(Question.class)),
                this::answer, "The turnover with one customer");
        OperationProcessingChain chain = OperationProcessingChain.create(router);
        setOperationProcessingChain(chain);
        return chain;
    }

    @Override
    public void handleStart(Operation start) {
        getHost().registerForServiceAvailability((op, failure) -> {
            if (failure != null) {
                start.fail(failure);
                return;
            }
            start.complete();
        }, ShopUriPaths.ORDERS);
    }

    @Override
    public void handleGet(Operation get) {
        sum(get, null);
    }

    private void answer(Operation post) {
        this.asked.incrementAndGet();
        sum(post, post.getBody(Question.class).customer);
    }

    private void sum(Operation op, String customer) {
        sendWithDeferredResult(
                Operation.createGet(UriUtils.buildExpandLinksQueryUri(
                        UriUtils.buildUri(getHost(), ShopUriPaths.ORDERS))),
                ServiceDocumentQueryResult.class)
                .thenApply(found -> {
                    Turnover turnover = new Turnover();
                    found.documents.values().forEach(json -> {
                        OrderService.OrderState order = Utils.fromJson(json, OrderService.OrderState.class);
                        if (customer == null || customer.equals(order.customer)) {
                            turnover.orders++;
                            turnover.amount += order.amount == null ? 0 : order.amount;
                        }
                    });
                    return turnover;
                })
                .whenCompleteNotify(op);
    }
}
