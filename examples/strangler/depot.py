"""The application of the depot. It was there before, knows nothing of REST, and stays as it is.

usage: depot.py [AMQP URL]

exchange depot, topic:  order.placed.<region>     {"article": "tea", "count": 2}
                        article.returned          {"article": "tea", "count": 1}
                        stock.changed.<article>   {"id": "…", "article": "tea", "left": 8}
queue depot.quotes:     a request {"article": "tea", "count": 2}, answered by {"cents": 900, "left": 10}
"""

import json
import sys
import uuid

import pika

CENTS = {'tea': 450, 'coffee': 620}
left = {'tea': 10, 'coffee': 10}


def quote(channel, method, properties, body):
    order = json.loads(body)
    article = order['article']
    if article in left:
        reply = {'cents': CENTS[article] * order['count'], 'left': left[article]}
    else:
        reply = {'error': {'code': 404, 'description': f'there is no article {article}'}}
    channel.basic_publish(
        '',
        properties.reply_to,
        json.dumps(reply),
        pika.BasicProperties(correlation_id=properties.correlation_id),
    )
    channel.basic_ack(method.delivery_tag)


def take(channel, method, _properties, body):
    order = json.loads(body)
    change(channel, order['article'], -order['count'])
    channel.basic_ack(method.delivery_tag)


def put_back(channel, method, _properties, body):
    returned = json.loads(body)
    change(channel, returned['article'], returned['count'])
    channel.basic_ack(method.delivery_tag)


def change(channel, article, by):
    left[article] += by
    event = {'id': str(uuid.uuid4()), 'article': article, 'left': left[article]}
    channel.basic_publish('depot', f'stock.changed.{article}', json.dumps(event))


def main(url='amqp://guest:guest@127.0.0.1/'):
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    channel.exchange_declare('depot', 'topic', durable=True)
    for queue, key in {'depot.orders': 'order.placed.*', 'depot.returns': 'article.returned'}.items():
        channel.queue_declare(queue, durable=True)
        channel.queue_bind(queue, 'depot', key)
    channel.queue_declare('depot.quotes', auto_delete=True)
    channel.basic_consume('depot.orders', take)
    channel.basic_consume('depot.returns', put_back)
    channel.basic_consume('depot.quotes', quote)
    print('ready', flush=True)
    channel.start_consuming()


if __name__ == '__main__':
    main(*sys.argv[1:])
