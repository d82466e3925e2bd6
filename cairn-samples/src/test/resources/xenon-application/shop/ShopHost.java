package shop;

import java.util.logging.Level;

import com.vmware.xenon.common.Operation;
import com.vmware.xenon.common.ServiceHost;
import com.vmware.xenon.common.UriUtils;

/** The application: a host with its services. */
public class ShopHost extends ServiceHost {

    public static class ShopArguments extends Arguments {
        public String greeting = "open";
    }

    private final ShopArguments shopArguments = new ShopArguments();

    public static void main(String[] args) throws Throwable {
        ShopHost host = new ShopHost();
        host.initialize(args);
        host.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            host.log(Level.WARNING, "Host stopping ...");
            host.stop();
        }));
    }

    @Override
    public ServiceHost initialize(String[] args) throws Throwable {
        return super.initialize(args, this.shopArguments);
    }

    @Override
    public ServiceHost start() throws Throwable {
        super.start();
        startDefaultCoreServicesSynchronously();
        startServices(this);
        log(Level.INFO, "Listening at %s", getPublicUri());
        System.out.printf("The shop is %s%n", this.shopArguments.greeting);
        return this;
    }

    static void startServices(ServiceHost host) {
        host.startService(new OrderFactoryService());
        host.startFactory(ClearanceTaskService.class, ClearanceTaskService::createFactory);
        host.startService(
                Operation.createPost(UriUtils.buildUri(host, TurnoverService.class)),
                new TurnoverService());
    }
}
