/** Works in the public domain, one per line: title, author, year, original language, category. */
const TABLE = `
The Epic of Gilgamesh|Unknown|-1800|akk|Epic
The Iliad|Homer|-750|grc|Epic
The Odyssey|Homer|-725|grc|Epic
Works and Days|Hesiod|-700|grc|Poetry
Fables|Aesop|-560|grc|Fable
The Art of War|Sun Tzu|-500|zho|Philosophy
The Analects|Confucius|-475|zho|Philosophy
The Persians|Aeschylus|-472|grc|Drama
Antigone|Sophocles|-441|grc|Drama
Oedipus Rex|Sophocles|-429|grc|Drama
Medea|Euripides|-431|grc|Drama
The Histories|Herodotus|-430|grc|History
History of the Peloponnesian War|Thucydides|-411|grc|History
Lysistrata|Aristophanes|-411|grc|Comedy
The Republic|Plato|-375|grc|Philosophy
The Symposium|Plato|-385|grc|Philosophy
Nicomachean Ethics|Aristotle|-340|grc|Philosophy
Poetics|Aristotle|-335|grc|Philosophy
Elements|Euclid|-300|grc|Science
On the Nature of Things|Lucretius|-55|lat|Poetry
Commentaries on the Gallic War|Julius Caesar|-49|lat|History
The Aeneid|Virgil|-19|lat|Epic
Metamorphoses|Ovid|8|lat|Poetry
Letters from a Stoic|Seneca|65|lat|Philosophy
Parallel Lives|Plutarch|110|grc|History
Meditations|Marcus Aurelius|180|grc|Philosophy
Confessions|Augustine of Hippo|400|lat|Memoir
Beowulf|Unknown|1000|ang|Epic
The Tale of Genji|Murasaki Shikibu|1010|jpn|Novel
The Pillow Book|Sei Shōnagon|1002|jpn|Memoir
Rubaiyat|Omar Khayyám|1120|per|Poetry
The Poem of the Cid|Unknown|1200|spa|Epic
The Masnavi|Rumi|1273|per|Poetry
The Divine Comedy|Dante Alighieri|1321|ita|Epic
The Decameron|Giovanni Boccaccio|1353|ita|Stories
Sir Gawain and the Green Knight|Unknown|1380|enm|Poetry
The Canterbury Tales|Geoffrey Chaucer|1400|enm|Poetry
Le Morte d'Arthur|Thomas Malory|1485|enm|Romance
The Prince|Niccolò Machiavelli|1532|ita|Politics
Utopia|Thomas More|1516|lat|Politics
In Praise of Folly|Erasmus of Rotterdam|1511|lat|Satire
Gargantua and Pantagruel|François Rabelais|1532|fre|Satire
Essays|Michel de Montaigne|1580|fre|Essays
Doctor Faustus|Christopher Marlowe|1592|eng|Drama
Romeo and Juliet|William Shakespeare|1597|eng|Drama
A Midsummer Night's Dream|William Shakespeare|1600|eng|Comedy
Hamlet|William Shakespeare|1603|eng|Drama
Othello|William Shakespeare|1604|eng|Drama
King Lear|William Shakespeare|1606|eng|Drama
Macbeth|William Shakespeare|1606|eng|Drama
The Tempest|William Shakespeare|1611|eng|Comedy
Don Quixote|Miguel de Cervantes|1605|spa|Novel
Novum Organum|Francis Bacon|1620|lat|Science
Life Is a Dream|Pedro Calderón de la Barca|1635|spa|Drama
Discourse on the Method|René Descartes|1637|fre|Philosophy
Leviathan|Thomas Hobbes|1651|eng|Politics
The Compleat Angler|Izaak Walton|1653|eng|Nature
Tartuffe|Molière|1664|fre|Comedy
The Misanthrope|Molière|1666|fre|Comedy
Paradise Lost|John Milton|1667|eng|Epic
Fables in Verse|Jean de La Fontaine|1668|fre|Fable
Simplicius Simplicissimus|Hans Jakob Christoffel von Grimmelshausen|1668|ger|Novel
Pensées|Blaise Pascal|1670|fre|Philosophy
Ethics|Baruch Spinoza|1677|lat|Philosophy
Phèdre|Jean Racine|1677|fre|Drama
The Pilgrim's Progress|John Bunyan|1678|eng|Allegory
The Princess of Clèves|Madame de La Fayette|1678|fre|Novel
The Mathematical Principles of Natural Philosophy|Isaac Newton|1687|lat|Science
The Narrow Road to the Deep North|Matsuo Bashō|1702|jpn|Travel
Robinson Crusoe|Daniel Defoe|1719|eng|Adventure
Moll Flanders|Daniel Defoe|1722|eng|Novel
Gulliver's Travels|Jonathan Swift|1726|eng|Satire
Pamela|Samuel Richardson|1740|eng|Novel
The Spirit of the Laws|Montesquieu|1748|fre|Politics
Tom Jones|Henry Fielding|1749|eng|Novel
Candide|Voltaire|1759|fre|Satire
Tristram Shandy|Laurence Sterne|1759|eng|Novel
The Social Contract|Jean-Jacques Rousseau|1762|fre|Politics
The Castle of Otranto|Horace Walpole|1764|eng|Gothic
The Vicar of Wakefield|Oliver Goldsmith|1766|eng|Novel
The Sorrows of Young Werther|Johann Wolfgang von Goethe|1774|ger|Novel
The Wealth of Nations|Adam Smith|1776|eng|Economics
The Decline and Fall of the Roman Empire|Edward Gibbon|1776|eng|History
Nathan the Wise|Gotthold Ephraim Lessing|1779|ger|Drama
Critique of Pure Reason|Immanuel Kant|1781|ger|Philosophy
Dangerous Liaisons|Pierre Choderlos de Laclos|1782|fre|Novel
The Federalist Papers|Alexander Hamilton, James Madison, John Jay|1788|eng|Politics
Songs of Innocence and of Experience|William Blake|1794|eng|Poetry
Dream of the Red Chamber|Cao Xueqin|1791|zho|Novel
A Vindication of the Rights of Woman|Mary Wollstonecraft|1792|eng|Politics
The Mysteries of Udolpho|Ann Radcliffe|1794|eng|Gothic
Lyrical Ballads|William Wordsworth, Samuel Taylor Coleridge|1798|eng|Poetry
Faust|Johann Wolfgang von Goethe|1808|ger|Drama
Sense and Sensibility|Jane Austen|1811|eng|Novel
Children's and Household Tales|Jacob Grimm, Wilhelm Grimm|1812|ger|Fairy tales
Pride and Prejudice|Jane Austen|1813|eng|Novel
Mansfield Park|Jane Austen|1814|eng|Novel
Emma|Jane Austen|1815|eng|Novel
Persuasion|Jane Austen|1817|eng|Novel
Frankenstein|Mary Shelley|1818|eng|Gothic
Ivanhoe|Walter Scott|1819|eng|Adventure
The Legend of Sleepy Hollow|Washington Irving|1820|eng|Stories
Confessions of an English Opium-Eater|Thomas De Quincey|1821|eng|Memoir
The Last of the Mohicans|James Fenimore Cooper|1826|eng|Adventure
The Betrothed|Alessandro Manzoni|1827|ita|Novel
The Red and the Black|Stendhal|1830|fre|Novel
The Hunchback of Notre-Dame|Victor Hugo|1831|fre|Novel
Eugene Onegin|Alexander Pushkin|1833|rus|Poetry
Pan Tadeusz|Adam Mickiewicz|1834|pol|Epic
Father Goriot|Honoré de Balzac|1835|fre|Novel
Fairy Tales Told for Children|Hans Christian Andersen|1837|dan|Fairy tales
Oliver Twist|Charles Dickens|1838|eng|Novel
The Charterhouse of Parma|Stendhal|1839|fre|Novel
A Hero of Our Time|Mikhail Lermontov|1840|rus|Novel
Dead Souls|Nikolai Gogol|1842|rus|Satire
A Christmas Carol|Charles Dickens|1843|eng|Stories
The Three Musketeers|Alexandre Dumas, Auguste Maquet|1844|fre|Adventure
The Count of Monte Cristo|Alexandre Dumas, Auguste Maquet|1846|fre|Adventure
The Raven and Other Poems|Edgar Allan Poe|1845|eng|Poetry
Jane Eyre|Charlotte Brontë|1847|eng|Novel
Wuthering Heights|Emily Brontë|1847|eng|Novel
Agnes Grey|Anne Brontë|1847|eng|Novel
Vanity Fair|William Makepeace Thackeray|1848|eng|Satire
The Communist Manifesto|Karl Marx, Friedrich Engels|1848|ger|Politics
David Copperfield|Charles Dickens|1850|eng|Novel
The Scarlet Letter|Nathaniel Hawthorne|1850|eng|Novel
Moby-Dick|Herman Melville|1851|eng|Adventure
Uncle Tom's Cabin|Harriet Beecher Stowe|1852|eng|Novel
Bleak House|Charles Dickens|1853|eng|Novel
Walden|Henry David Thoreau|1854|eng|Nature
North and South|Elizabeth Gaskell|1855|eng|Novel
Leaves of Grass|Walt Whitman|1855|eng|Poetry
Madame Bovary|Gustave Flaubert|1857|fre|Novel
The Flowers of Evil|Charles Baudelaire|1857|fre|Poetry
Oblomov|Ivan Goncharov|1859|rus|Novel
On the Origin of Species|Charles Darwin|1859|eng|Science
A Tale of Two Cities|Charles Dickens|1859|eng|Novel
On Liberty|John Stuart Mill|1859|eng|Politics
Max Havelaar|Multatuli|1860|dut|Novel
The Woman in White|Wilkie Collins|1860|eng|Mystery
The Mill on the Floss|George Eliot|1860|eng|Novel
Great Expectations|Charles Dickens|1861|eng|Novel
Fathers and Sons|Ivan Turgenev|1862|rus|Novel
Les Misérables|Victor Hugo|1862|fre|Novel
The Water-Babies|Charles Kingsley|1863|eng|Children
Journey to the Center of the Earth|Jules Verne|1864|fre|Science fiction
Notes from Underground|Fyodor Dostoevsky|1864|rus|Novel
Alice's Adventures in Wonderland|Lewis Carroll|1865|eng|Children
Crime and Punishment|Fyodor Dostoevsky|1866|rus|Novel
Thérèse Raquin|Émile Zola|1867|fre|Novel
Peer Gynt|Henrik Ibsen|1867|nor|Drama
Little Women|Louisa May Alcott|1868|eng|Children
The Moonstone|Wilkie Collins|1868|eng|Mystery
The Idiot|Fyodor Dostoevsky|1869|rus|Novel
War and Peace|Leo Tolstoy|1869|rus|Novel
Twenty Thousand Leagues Under the Seas|Jules Verne|1870|fre|Science fiction
Middlemarch|George Eliot|1871|eng|Novel
Through the Looking-Glass|Lewis Carroll|1871|eng|Children
Around the World in Eighty Days|Jules Verne|1872|fre|Adventure
Far from the Madding Crowd|Thomas Hardy|1874|eng|Novel
The Crime of Father Amaro|José Maria de Eça de Queirós|1875|por|Novel
The Adventures of Tom Sawyer|Mark Twain|1876|eng|Adventure
Anna Karenina|Leo Tolstoy|1878|rus|Novel
A Doll's House|Henrik Ibsen|1879|nor|Drama
The Brothers Karamazov|Fyodor Dostoevsky|1880|rus|Novel
Heidi|Johanna Spyri|1880|ger|Children
Nana|Émile Zola|1880|fre|Novel
The Portrait of a Lady|Henry James|1881|eng|Novel
Posthumous Memoirs of Brás Cubas|Joaquim Maria Machado de Assis|1881|por|Satire
Treasure Island|Robert Louis Stevenson|1883|eng|Adventure
The Adventures of Pinocchio|Carlo Collodi|1883|ita|Children
Thus Spoke Zarathustra|Friedrich Nietzsche|1883|ger|Philosophy
Adventures of Huckleberry Finn|Mark Twain|1884|eng|Adventure
Flatland|Edwin Abbott Abbott|1884|eng|Satire
Germinal|Émile Zola|1885|fre|Novel
Strange Case of Dr Jekyll and Mr Hyde|Robert Louis Stevenson|1886|eng|Gothic
Fortunata and Jacinta|Benito Pérez Galdós|1887|spa|Novel
Three Men in a Boat|Jerome K. Jerome|1889|eng|Comedy
Hunger|Knut Hamsun|1890|nor|Novel
The Picture of Dorian Gray|Oscar Wilde|1890|eng|Gothic
Gösta Berling's Saga|Selma Lagerlöf|1891|swe|Novel
Tess of the d'Urbervilles|Thomas Hardy|1891|eng|Novel
The Adventures of Sherlock Holmes|Arthur Conan Doyle|1892|eng|Mystery
The Yellow Wallpaper|Charlotte Perkins Gilman|1892|eng|Gothic
The Jungle Book|Rudyard Kipling|1894|eng|Children
Effi Briest|Theodor Fontane|1895|ger|Novel
The Time Machine|H. G. Wells|1895|eng|Science fiction
The Importance of Being Earnest|Oscar Wilde|1895|eng|Comedy
Quo Vadis|Henryk Sienkiewicz|1896|pol|Novel
Dracula|Bram Stoker|1897|eng|Gothic
The War of the Worlds|H. G. Wells|1898|eng|Science fiction
Heart of Darkness|Joseph Conrad|1899|eng|Novel
The Awakening|Kate Chopin|1899|eng|Novel
The Wonderful Wizard of Oz|L. Frank Baum|1900|eng|Children
The Interpretation of Dreams|Sigmund Freud|1900|ger|Science
Buddenbrooks|Thomas Mann|1901|ger|Novel
The Hound of the Baskervilles|Arthur Conan Doyle|1902|eng|Mystery
The Call of the Wild|Jack London|1903|eng|Adventure
The Souls of Black Folk|W. E. B. Du Bois|1903|eng|Essays
The Cherry Orchard|Anton Chekhov|1904|rus|Drama
The Railway Children|E. Nesbit|1906|eng|Children
The Wind in the Willows|Kenneth Grahame|1908|eng|Children
A Room with a View|E. M. Forster|1908|eng|Novel
The Secret Garden|Frances Hodgson Burnett|1911|eng|Children
Gitanjali|Rabindranath Tagore|1910|ben|Poetry
Kokoro|Natsume Sōseki|1914|jpn|Novel
Dubliners|James Joyce|1914|eng|Stories
The Metamorphosis|Franz Kafka|1915|ger|Stories
`;

export interface Classic {
  title: string;
  author: string;
  publishedYear: number;
  language: string;
  category: string;
}

export const classics: readonly Classic[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [title, author, year, language, category] = line.split('|') as [
      string,
      string,
      string,
      string,
      string,
    ];
    return { title, author, publishedYear: Number(year), language, category };
  });
