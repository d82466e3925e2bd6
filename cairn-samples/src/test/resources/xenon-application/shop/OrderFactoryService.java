package shop;

import com.vmware.xenon.common.FactoryService;
import com.vmware.xenon.common.Operation;
import com.vmware.xenon.common.Service;
import com.vmware.xenon.common.ServiceDocument;
import com.vmware.xenon.common.Utils;

/** Names orders after their customers. */
public class OrderFactoryService extends FactoryService {
    public static final String SELF_LINK = ShopUriPaths.ORDERS;

    public OrderFactoryService() {
        super(OrderService.OrderState.class);
        super.setUseBodyForSelfLink(true);
    }

    @Override
    public Service createServiceInstance() throws Throwable {
        return new OrderService();
    }

    @Override
    protected String buildDefaultChildSelfLink(ServiceDocument document) {
        OrderService.OrderState order = (OrderService.OrderState) document;
        return order.customer + "-" + super.buildDefaultChildSelfLink();
    }

    @Override
    public void handlePost(Operation post) {
        if (!post.hasBody()) {
            post.fail(new IllegalArgumentException("an order needs a body"));
            return;
        }
        if (post.getBody(this.stateTypeOfOrders()).customer == null) {
            post.fail(new IllegalArgumentException("customer is required"));
            return;
        }
        Utils.log(OrderFactoryService.class, getSelfLink(), java.util.logging.Level.FINE, "%d", post.getId());
        post.complete();
    }

    private Class<OrderService.OrderState> stateTypeOfOrders() {
        return OrderService.OrderState.class;
    }
}
