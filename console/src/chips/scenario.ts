/** The scenario to begin with: the very file that the docs and the command line use. */
import example from "../../../docs/examples/make-or-buy.yaml?raw";

export { example };
